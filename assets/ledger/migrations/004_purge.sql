-- Grain: one purge of documents received before a date. Append only.
CREATE TABLE ledger.purge (
    received_before_date DATE NOT NULL,
    purged_at       TIMESTAMP NOT NULL,
    purged_by       VARCHAR NOT NULL
);
