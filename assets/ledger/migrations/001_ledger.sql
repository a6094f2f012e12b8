-- The ledger's tables. Amounts are DECIMAL(18,4); times are UTC. Uniqueness that money depends on stands in
-- table-level keys; everything else is held by the check_*.sql statements. There are no foreign keys, since
-- they forbid replacing a parent, and no further indexes.

-- Grain: one source file (a treasury trace) that was ever taken, by its partition key.
-- status: posted | incomplete | failed | repeated | superseded | dismissed | deleted
CREATE TABLE ledger.file_import (
    import_id               BIGINT PRIMARY KEY,
    source_kind             VARCHAR NOT NULL,
    partition_key           VARCHAR NOT NULL UNIQUE,
    source_file             VARCHAR NOT NULL,
    content_sha256          VARCHAR NOT NULL,
    byte_count              BIGINT NOT NULL,
    reader_name             VARCHAR,
    status                  VARCHAR NOT NULL,
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
    closed_reason           VARCHAR
);

-- Grain: one attempt to import a file. Append only: the history behind file_import.
CREATE TABLE ledger.import_attempt (
    import_id               BIGINT NOT NULL,
    attempt                 INTEGER NOT NULL,
    run_id                  VARCHAR NOT NULL,
    reference_version       BIGINT,
    attempted_at            TIMESTAMP NOT NULL,
    status                  VARCHAR NOT NULL,
    posted_movement_count   BIGINT NOT NULL,
    error_count             BIGINT NOT NULL,
    warning_count           BIGINT NOT NULL,
    PRIMARY KEY (import_id, attempt)
);

-- Grain: one journal entry. entry_kind: trace | reversal | correction | invoice | ...
CREATE TABLE ledger.journal_entry (
    entry_id                BIGINT PRIMARY KEY,
    import_id               BIGINT,
    attempt                 INTEGER,
    entry_kind              VARCHAR NOT NULL,
    company_code            VARCHAR NOT NULL,
    posting_date            DATE NOT NULL,
    accounting_reason_code  VARCHAR NOT NULL,
    progressive             VARCHAR,
    movement_key            VARCHAR,
    source_line             BIGINT,
    reverses_entry_id       BIGINT,
    created_at              TIMESTAMP NOT NULL
);

-- Grain: one movement that stands in the ledger. The key of row D12; deleting an import frees its keys.
CREATE TABLE ledger.imported_movement (
    movement_key            VARCHAR PRIMARY KEY,
    entry_id                BIGINT NOT NULL,
    import_id               BIGINT NOT NULL
);

-- Grain: one debit or credit; key (entry_id, line_number). debit_amount and credit_amount are in the
-- company's currency, never negative, one of them zero. currency_amount is in currency_code, + debit,
-- - credit. linked_amount is the part that settles open items, in the company's currency, never negative.
CREATE TABLE ledger.posting (
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
    unlinked_reason         VARCHAR
);

-- Grain: one open item for ever; key (company_code, open_item_key). side: debit = to collect, credit = to
-- pay. Amounts are never negative; residual = original_amount - settled_amount.
-- status: open | closed | withdrawn. origin: opening | trace | invoice
CREATE TABLE ledger.open_item (
    item_id                          BIGINT NOT NULL,
    company_code                     VARCHAR NOT NULL,
    account_code                     VARCHAR NOT NULL,
    open_item_key                    VARCHAR NOT NULL,
    side                             VARCHAR NOT NULL,
    document_number                  VARCHAR,
    document_date                    DATE,
    due_date                         DATE,
    currency_code                    VARCHAR NOT NULL,
    original_amount                  DECIMAL(18,4) NOT NULL,
    original_amount_company_currency DECIMAL(18,4) NOT NULL,
    settled_amount                   DECIMAL(18,4) NOT NULL,
    settled_amount_company_currency  DECIMAL(18,4) NOT NULL,
    status                           VARCHAR NOT NULL,
    description                      VARCHAR,
    origin                           VARCHAR NOT NULL,
    opened_by_entry_id               BIGINT,
    opened_at                        TIMESTAMP NOT NULL,
    UNIQUE (company_code, open_item_key)
);

-- Grain: one posting line against one open item; key settlement_id. amount is in the item's currency,
-- amount_company_currency is the share of the posting. Undone settlements stay, with undone_at.
CREATE TABLE ledger.settlement (
    settlement_id           BIGINT NOT NULL,
    item_id                 BIGINT NOT NULL,
    entry_id                BIGINT NOT NULL,
    line_number             INTEGER NOT NULL,
    import_id               BIGINT,
    settlement_date         DATE NOT NULL,
    settlement_flag         VARCHAR,
    amount                  DECIMAL(18,4) NOT NULL,
    amount_company_currency DECIMAL(18,4) NOT NULL,
    matching_rule           VARCHAR NOT NULL,
    created_at              TIMESTAMP NOT NULL,
    undone_at               TIMESTAMP,
    undone_by_entry_id      BIGINT
);

-- Grain: one open item proposed for one unlinked posting; key (entry_id, line_number, candidate_rank).
CREATE TABLE ledger.match_candidate (
    entry_id                BIGINT NOT NULL,
    line_number             INTEGER NOT NULL,
    candidate_rank          INTEGER NOT NULL,
    item_id                 BIGINT NOT NULL,
    score                   INTEGER NOT NULL,
    explanation             VARCHAR NOT NULL
);

-- Grain: one finding of one attempt; key (import_id, attempt, ordinal). import_id is null for reference
-- files, whose attempt is the number of the load. resolution: mended | superseded | dismissed
CREATE TABLE ledger.finding (
    import_id               BIGINT,
    attempt                 INTEGER NOT NULL,
    ordinal                 INTEGER NOT NULL,
    source_file             VARCHAR NOT NULL,
    line_number             BIGINT,
    byte_start              BIGINT,
    byte_end                BIGINT,
    field                   VARCHAR,
    finding_code            VARCHAR NOT NULL,
    severity                VARCHAR NOT NULL,
    raw_value               VARCHAR,
    expected                VARCHAR,
    remedy                  VARCHAR,
    company_code            VARCHAR,
    progressive             VARCHAR,
    movement_reference      VARCHAR,
    found_at                TIMESTAMP NOT NULL,
    resolution              VARCHAR,
    resolved_at             TIMESTAMP,
    resolved_by             VARCHAR,
    resolved_reason         VARCHAR
);

-- Grain: one version of one reference file that came into force. Append only.
CREATE TABLE ledger.reference_file (
    file_name               VARCHAR NOT NULL,
    version                 BIGINT NOT NULL,
    content_sha256          VARCHAR NOT NULL,
    row_count               BIGINT NOT NULL,
    loaded_at               TIMESTAMP NOT NULL,
    PRIMARY KEY (file_name, version)
);

-- The reference data, each row with the version of its file. Append only: the newest version is in force.
CREATE TABLE ledger.company (
    version BIGINT NOT NULL, company_code VARCHAR NOT NULL, company_name VARCHAR NOT NULL,
    currency_code VARCHAR NOT NULL, country_code VARCHAR NOT NULL, vat_number VARCHAR, tax_code VARCHAR
);
CREATE TABLE ledger.account (
    version BIGINT NOT NULL, company_code VARCHAR NOT NULL, account_code VARCHAR NOT NULL,
    account_name VARCHAR NOT NULL, account_second_name VARCHAR, account_kind VARCHAR NOT NULL,
    counterparty_code VARCHAR, is_active BOOLEAN NOT NULL
);
CREATE TABLE ledger.accounting_reason (
    version BIGINT NOT NULL, company_code VARCHAR, accounting_reason_code VARCHAR NOT NULL,
    accounting_reason_name VARCHAR NOT NULL
);
CREATE TABLE ledger.reason_description (
    version BIGINT NOT NULL, company_code VARCHAR, operation_description VARCHAR NOT NULL,
    accounting_reason_code VARCHAR NOT NULL
);
CREATE TABLE ledger.counterparty (
    version BIGINT NOT NULL, counterparty_code VARCHAR NOT NULL, counterparty_name VARCHAR NOT NULL,
    counterparty_kind VARCHAR NOT NULL, country_code VARCHAR NOT NULL, vat_number VARCHAR,
    tax_code VARCHAR, iban VARCHAR
);
CREATE TABLE ledger.accounting_period (
    version BIGINT NOT NULL, company_code VARCHAR NOT NULL, period_code VARCHAR NOT NULL,
    start_date DATE NOT NULL, end_date DATE NOT NULL, period_status VARCHAR NOT NULL
);
CREATE TABLE ledger.setting (
    version BIGINT NOT NULL, company_code VARCHAR, setting_name VARCHAR NOT NULL, setting_value VARCHAR
);
