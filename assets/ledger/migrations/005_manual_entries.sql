-- Grain: one journal entry that a person asked for and no file brought: who, why and when. Append only.
CREATE TABLE ledger.manual_entry (
    entry_id     BIGINT PRIMARY KEY,
    requested_by VARCHAR NOT NULL,
    reason       VARCHAR NOT NULL,
    made_at      TIMESTAMP NOT NULL
);
