-- What must never be is refused by the tables themselves: a posting on both sides or with an amount below zero, one that is linked by more
-- than it has, an item of which more is settled than it had, and words that no status, side or kind is. That moments are in order is no
-- CHECK: a clock may be set back, and must keep nobody from mending what is wrong. DuckDB adds no CHECK to a table
-- that is there, so the tables are made anew, with the same columns in the same order. Rows that violate them are named first, and the
-- ledger stays as it is. The key of a posting (entry_id, line_number) and of a settlement costs a tenth of an import of a million lines:
-- the check over the ledger `keys_are_unique` looks for them after every run instead.
SELECT CASE WHEN count(*) > 0 THEN error('rows stand in the ledger that no Partita writes: ' || string_agg(found, ', ')
       || '. Go on with the version that you had, keep a copy of the home folder and report it') END
FROM (
    SELECT 'posting ' || entry_id || '/' || line_number || ' (debit ' || debit_amount || ', credit ' || credit_amount || ', linked ' || linked_amount || ')' AS found
    FROM ledger.posting
    WHERE NOT (debit_amount >= 0 AND credit_amount >= 0 AND (debit_amount = 0 OR credit_amount = 0)
               AND linked_amount BETWEEN 0 AND debit_amount + credit_amount)
    UNION ALL
    SELECT 'open item ' || company_code || ':' || open_item_key || ' (' || side || ' ' || original_amount || ', settled ' || settled_amount || ', ' || status || ')'
    FROM ledger.open_item
    WHERE NOT (original_amount >= 0 AND original_amount_company_currency >= 0 AND settled_amount BETWEEN 0 AND original_amount
               AND settled_amount_company_currency >= 0 AND side IN ('debit', 'credit') AND status IN ('open', 'closed', 'withdrawn')
               AND (status <> 'closed' OR settled_amount = original_amount)
               AND origin IN ('opening', 'trace', 'unpaid', 'invoice', 'sales', 'payment'))
    UNION ALL
    SELECT 'settlement ' || settlement_id || ' (' || amount || ', ' || amount_company_currency || ')'
    FROM ledger.settlement
    WHERE NOT (amount >= 0 AND amount_company_currency >= 0)
    UNION ALL
    SELECT 'import ' || import_id || ' (' || source_kind || ', ' || status || ')'
    FROM ledger.file_import
    WHERE NOT (source_kind IN ('trace', 'invoice', 'sales')
               AND status IN ('posted', 'repeated', 'incomplete', 'failed', 'superseded', 'dismissed', 'deleted'))
    LIMIT 10
);

CREATE TABLE ledger.checked_posting (
    entry_id                BIGINT NOT NULL,
    line_number             INTEGER NOT NULL,
    import_id               BIGINT,
    source_line             BIGINT,
    byte_start              BIGINT,
    byte_end                BIGINT,
    company_code            VARCHAR NOT NULL,
    account_code            VARCHAR NOT NULL,
    posting_date            DATE NOT NULL,
    accounting_reason_code  VARCHAR NOT NULL,
    company_currency_code   VARCHAR NOT NULL,
    debit_amount            DECIMAL(18,4) NOT NULL,
    credit_amount           DECIMAL(18,4) NOT NULL,
    currency_code           VARCHAR NOT NULL,
    currency_amount         DECIMAL(18,4) NOT NULL,
    description             VARCHAR,
    open_item_key           VARCHAR,
    settlement_flag         VARCHAR,
    is_linked               BOOLEAN NOT NULL,
    linked_amount           DECIMAL(18,4) NOT NULL,
    unlinked_reason         VARCHAR,
    CHECK (debit_amount >= 0 AND credit_amount >= 0 AND (debit_amount = 0 OR credit_amount = 0)),
    CHECK (linked_amount BETWEEN 0 AND debit_amount + credit_amount)
);
INSERT INTO ledger.checked_posting SELECT * FROM ledger.posting;
DROP TABLE ledger.posting;
ALTER TABLE ledger.checked_posting RENAME TO posting;

CREATE TABLE ledger.checked_open_item (
    item_id                          BIGINT NOT NULL,
    company_code                     VARCHAR NOT NULL,
    account_code                     VARCHAR NOT NULL,
    open_item_key                    VARCHAR NOT NULL,
    side                             VARCHAR NOT NULL CHECK (side IN ('debit', 'credit')),
    document_number                  VARCHAR,
    document_date                    DATE,
    due_date                         DATE,
    currency_code                    VARCHAR NOT NULL,
    original_amount                  DECIMAL(18,4) NOT NULL CHECK (original_amount >= 0),
    original_amount_company_currency DECIMAL(18,4) NOT NULL CHECK (original_amount_company_currency >= 0),
    settled_amount                   DECIMAL(18,4) NOT NULL,
    settled_amount_company_currency  DECIMAL(18,4) NOT NULL CHECK (settled_amount_company_currency >= 0),
    status                           VARCHAR NOT NULL CHECK (status IN ('open', 'closed', 'withdrawn')),
    description                      VARCHAR,
    origin                           VARCHAR NOT NULL CHECK (origin IN ('opening', 'trace', 'unpaid', 'invoice', 'sales', 'payment')),
    opened_by_entry_id               BIGINT,
    opened_at                        TIMESTAMP NOT NULL,
    hold_reason                      VARCHAR,
    UNIQUE (company_code, open_item_key),
    CHECK (settled_amount BETWEEN 0 AND original_amount),
    CHECK (status <> 'closed' OR settled_amount = original_amount)
);
INSERT INTO ledger.checked_open_item SELECT * FROM ledger.open_item;
DROP TABLE ledger.open_item;
ALTER TABLE ledger.checked_open_item RENAME TO open_item;

CREATE TABLE ledger.checked_settlement (
    settlement_id           BIGINT NOT NULL,
    item_id                 BIGINT NOT NULL,
    entry_id                BIGINT NOT NULL,
    line_number             INTEGER NOT NULL,
    import_id               BIGINT,
    settlement_date         DATE NOT NULL,
    settlement_flag         VARCHAR,
    amount                  DECIMAL(18,4) NOT NULL CHECK (amount >= 0),
    amount_company_currency DECIMAL(18,4) NOT NULL CHECK (amount_company_currency >= 0),
    matching_rule           VARCHAR NOT NULL,
    created_at              TIMESTAMP NOT NULL,
    undone_at               TIMESTAMP,
    undone_by_entry_id      BIGINT
);
INSERT INTO ledger.checked_settlement SELECT * FROM ledger.settlement;
DROP TABLE ledger.settlement;
ALTER TABLE ledger.checked_settlement RENAME TO settlement;

CREATE TABLE ledger.checked_file_import (
    import_id               BIGINT PRIMARY KEY,
    source_kind             VARCHAR NOT NULL CHECK (source_kind IN ('trace', 'invoice', 'sales')),
    partition_key           VARCHAR NOT NULL UNIQUE,
    source_file             VARCHAR NOT NULL,
    content_sha256          VARCHAR NOT NULL,
    byte_count              BIGINT NOT NULL,
    reader_name             VARCHAR,
    status                  VARCHAR NOT NULL
        CHECK (status IN ('posted', 'repeated', 'incomplete', 'failed', 'superseded', 'dismissed', 'deleted')),
    attempt                 INTEGER NOT NULL,
    reference_version       BIGINT,
    run_id                  VARCHAR NOT NULL,
    imported_at             TIMESTAMP NOT NULL,
    line_count              BIGINT NOT NULL,
    movement_count          BIGINT NOT NULL,
    posted_movement_count   BIGINT NOT NULL,
    repeated_movement_count BIGINT NOT NULL,
    posting_count           BIGINT NOT NULL,
    linked_posting_count    BIGINT NOT NULL,
    unlinked_posting_count  BIGINT NOT NULL,
    error_count             BIGINT NOT NULL,
    warning_count           BIGINT NOT NULL,
    debit_total             DECIMAL(38,4) NOT NULL,
    credit_total            DECIMAL(38,4) NOT NULL,
    repeats_import_id       BIGINT,
    superseded_by_import_id BIGINT,
    closed_at               TIMESTAMP,
    closed_by               VARCHAR,
    closed_reason           VARCHAR,
    rules_version           INTEGER
);
INSERT INTO ledger.checked_file_import SELECT * FROM ledger.file_import;
DROP TABLE ledger.file_import;
ALTER TABLE ledger.checked_file_import RENAME TO file_import;
