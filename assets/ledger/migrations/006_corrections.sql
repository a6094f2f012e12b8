-- Corrections: what people asked for that changes the ledger. Nothing is edited: an entry is reversed by another,
-- a settlement is undone and stays, an item that was withdrawn leaves its life behind. All tables append only, but
-- for the two columns and the one table that are marked.

-- Grain: one correction. correction_kind: see assets/ledger/corrections. subject names what it is about, in words;
-- arguments is what was asked for, as JSON. undone_by_correction_id is set when it is undone.
CREATE TABLE ledger.correction (
    correction_id           BIGINT PRIMARY KEY,
    correction_kind         VARCHAR NOT NULL,
    subject                 VARCHAR NOT NULL,
    arguments               VARCHAR NOT NULL,
    requested_by            VARCHAR NOT NULL,
    reason                  VARCHAR NOT NULL,
    run_id                  VARCHAR,
    made_at                 TIMESTAMP NOT NULL,
    import_id               BIGINT,
    undoes_correction_id    BIGINT,
    undone_by_correction_id BIGINT
);

-- Grain: one thing that a correction did; key (correction_id, effect_kind, object_id). object_id is the id of an
-- entry, a settlement, an item, an import or a registration. effect_kind: entry_made | entry_reversed (other_id: the reversal) |
-- settlement_made | settlement_undone | item_opened | item_withdrawn | import_deleted |
-- import_restored | import_reopened (it had left out what a deleted import brought) | registration_undone |
-- registration_restored (other_id: the document)
CREATE TABLE ledger.correction_effect (
    correction_id BIGINT NOT NULL,
    effect_kind   VARCHAR NOT NULL,
    object_id     BIGINT NOT NULL,
    other_id      BIGINT
);

-- Grain: one entry that counts no longer, since another reverses it. A row goes when the reversal is reversed itself.
CREATE TABLE ledger.reversed_entry (
    entry_id          BIGINT PRIMARY KEY,
    reversal_entry_id BIGINT NOT NULL
);

-- Grain: one ended life of an open item: as it stood from opened_at until it was withdrawn. The item's row in
-- open_item is its present life; an item that is withdrawn has none.
CREATE TABLE ledger.item_life (
    item_id                          BIGINT NOT NULL,
    opened_at                        TIMESTAMP NOT NULL,
    withdrawn_at                     TIMESTAMP NOT NULL,
    opened_by_entry_id               BIGINT,
    account_code                     VARCHAR NOT NULL,
    side                             VARCHAR NOT NULL,
    document_number                  VARCHAR,
    document_date                    DATE,
    due_date                         DATE,
    currency_code                    VARCHAR NOT NULL,
    original_amount                  DECIMAL(18,4) NOT NULL,
    original_amount_company_currency DECIMAL(18,4) NOT NULL
);

-- Entries that people asked for came into being before corrections were recorded: each becomes a correction.
INSERT INTO ledger.correction
SELECT row_number() OVER (ORDER BY manual.entry_id),
       CASE WHEN entry.entry_kind = 'reversal' THEN 'change' ELSE 'settle' END,
       CASE WHEN entry.entry_kind = 'reversal' THEN 'entry ' || entry.reverses_entry_id ELSE 'entry ' || entry.entry_id END,
       '{}', manual.requested_by, manual.reason, NULL, manual.made_at, NULL, NULL, NULL
FROM ledger.manual_entry AS manual
JOIN ledger.journal_entry AS entry USING (entry_id);
INSERT INTO ledger.correction_effect
SELECT row_number() OVER (ORDER BY manual.entry_id), 'entry_made', manual.entry_id, NULL
FROM ledger.manual_entry AS manual
JOIN ledger.journal_entry AS entry USING (entry_id);
INSERT INTO ledger.correction_effect
SELECT effect.correction_id, 'settlement_made', settlement.settlement_id, NULL
FROM ledger.settlement
JOIN ledger.correction_effect AS effect ON effect.object_id = settlement.entry_id AND effect.effect_kind = 'entry_made'
JOIN ledger.correction USING (correction_id)
WHERE correction.correction_kind = 'settle';
INSERT INTO ledger.reversed_entry
SELECT reverses_entry_id, min(entry_id) FROM ledger.journal_entry WHERE reverses_entry_id IS NOT NULL GROUP BY ALL;
DROP TABLE ledger.manual_entry;

-- Grain: one journal entry that a person asked for and no file brought: who, why and when.
CREATE VIEW ledger.manual_entry AS
SELECT effect.object_id AS entry_id, correction.correction_id, correction.correction_kind, correction.requested_by,
       correction.reason, correction.made_at
FROM ledger.correction_effect AS effect
JOIN ledger.correction USING (correction_id)
WHERE effect.effect_kind = 'entry_made';

-- Grain: one change of the ledger or of what decides about it. Append only. record_hash is the SHA-256 of the record
-- as canonical JSON together with previous_hash, so that a record that is changed, taken out or put in between shows.
CREATE TABLE ledger.audit_record (
    record_number     BIGINT PRIMARY KEY,
    recorded_at       TIMESTAMP NOT NULL,
    action            VARCHAR NOT NULL,
    subject           VARCHAR NOT NULL,
    requested_by      VARCHAR NOT NULL,
    reason            VARCHAR,
    run_id            VARCHAR,
    reference_version BIGINT,
    state_before      VARCHAR,
    state_after       VARCHAR,
    previous_hash     VARCHAR NOT NULL,
    record_hash       VARCHAR NOT NULL
);

-- Grain: one open item that a person made of an unlinked payment (a payment on account), with the posting that paid.
-- company_amount is the part of the posting that became the item. A row goes when the item is withdrawn.
CREATE TABLE ledger.payment_item (
    item_id        BIGINT PRIMARY KEY,
    entry_id       BIGINT NOT NULL,
    line_number    INTEGER NOT NULL,
    company_amount DECIMAL(18,4) NOT NULL
);
