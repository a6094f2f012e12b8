-- Purchase e-invoices. A delivered file (a member of an archive is one) is a row of file_import of the kind
-- `invoice`: its lines and movements are its documents, its partition_key names its content, and Dagster's
-- partition is the delivery. Amounts are DECIMAL(18,4); times are UTC.

-- Grain: one delivery: an archive, or single files gathered at one look. status: waiting | open | done
CREATE TABLE ledger.delivery (
    delivery_id   BIGINT PRIMARY KEY,
    delivery_key  VARCHAR NOT NULL UNIQUE,
    delivery_kind VARCHAR NOT NULL,
    status        VARCHAR NOT NULL,
    received_at   TIMESTAMP NOT NULL,
    processed_at  TIMESTAMP,
    run_id        VARCHAR
);

-- Grain: one file that was dropped, by the key under which it is kept; an archive is one such file.
CREATE TABLE ledger.dropped_file (
    file_key       VARCHAR PRIMARY KEY,
    delivery_id    BIGINT NOT NULL,
    source_file    VARCHAR NOT NULL,
    content_sha256 VARCHAR NOT NULL,
    byte_count     BIGINT NOT NULL
);

-- Grain: one readable part of a dropped file (itself, or a member of the archive), by its import.
CREATE TABLE ledger.delivered_file (
    delivery_id BIGINT NOT NULL,
    import_id   BIGINT NOT NULL,
    file_key    VARCHAR NOT NULL,
    member_name VARCHAR,
    PRIMARY KEY (delivery_id, import_id)
);

-- Grain: one document of a delivered file; key (import_id, position). status: to_register | registered |
-- refused | handled | repeated. Amounts as in the document, in currency_code; payable_amount is what is to be
-- paid (negative for a credit note). registration_key tells documents apart (R01).
CREATE TABLE ledger.document (
    document_id           BIGINT PRIMARY KEY,
    import_id             BIGINT NOT NULL,
    position              INTEGER NOT NULL,
    status                VARCHAR NOT NULL,
    company_code          VARCHAR,
    counterparty_code     VARCHAR,
    registration_key      VARCHAR,
    content_sha256        VARCHAR NOT NULL,
    document_format       VARCHAR NOT NULL,
    document_type         VARCHAR,
    is_credit_note        BOOLEAN NOT NULL,
    document_number       VARCHAR,
    document_date         DATE,
    received_at           TIMESTAMP NOT NULL,
    currency_code         VARCHAR,
    supplier_country_code VARCHAR,
    supplier_vat_number   VARCHAR,
    supplier_tax_code     VARCHAR,
    supplier_name         VARCHAR,
    supplier_address      VARCHAR,
    customer_vat_number   VARCHAR,
    customer_tax_code     VARCHAR,
    customer_name         VARCHAR,
    total_amount          DECIMAL(18,4),
    payable_amount        DECIMAL(18,4),
    total_convention      VARCHAR,
    reason_codes          VARCHAR,
    closed_at             TIMESTAMP,
    closed_by             VARCHAR,
    closed_reason         VARCHAR,
    UNIQUE (import_id, position)
);

-- Grain: one document that stands in the ledger; undoing a registration frees its key. registered_by:
-- automatic | choice | manual. rule_kind: rule | memory | manual.
CREATE TABLE ledger.registration (
    registration_id        BIGINT PRIMARY KEY,
    registration_key       VARCHAR UNIQUE,
    document_id            BIGINT NOT NULL,
    entry_id               BIGINT NOT NULL,
    company_code           VARCHAR NOT NULL,
    counterparty_code      VARCHAR NOT NULL,
    supplier_account_code  VARCHAR NOT NULL,
    accounting_date        DATE NOT NULL,
    registered_by          VARCHAR NOT NULL,
    evidence               VARCHAR NOT NULL,
    reference_version      BIGINT NOT NULL,
    run_id                 VARCHAR NOT NULL,
    requested_by           VARCHAR,
    credits_registration_id BIGINT,
    registered_at          TIMESTAMP NOT NULL,
    undone_at              TIMESTAMP
);

-- Grain: one part of a registration with one cost account and one VAT code; key (registration_id, ordinal).
-- Amounts in the company's currency, + debit of the cost. The supplier's memory is what these agree on.
CREATE TABLE ledger.registration_part (
    registration_id   BIGINT NOT NULL,
    ordinal           INTEGER NOT NULL,
    vat_rate          DECIMAL(9,4),
    vat_nature        VARCHAR,
    account_code      VARCHAR NOT NULL,
    vat_code          VARCHAR NOT NULL,
    rule_kind         VARCHAR NOT NULL,
    rule_code         VARCHAR,
    taxable_amount    DECIMAL(18,4) NOT NULL,
    vat_amount        DECIMAL(18,4) NOT NULL,
    deductible_amount DECIMAL(18,4) NOT NULL,
    deferred_amount   DECIMAL(18,4) NOT NULL
);

-- Grain: one moment at which automatic registration of a company was switched. The newest holds.
CREATE TABLE ledger.automatic_registration (
    company_code VARCHAR NOT NULL,
    is_on        BOOLEAN NOT NULL,
    switched_at  TIMESTAMP NOT NULL,
    switched_by  VARCHAR NOT NULL
);

-- Grain: one choice of a person about a document; the newest holds. decision: register | refuse | handle.
-- account_code and vat_code are null where the rules decide.
CREATE TABLE ledger.document_decision (
    document_id    BIGINT NOT NULL,
    decision       VARCHAR NOT NULL,
    account_code   VARCHAR,
    vat_code       VARCHAR,
    is_remembered  BOOLEAN NOT NULL,
    decided_by     VARCHAR NOT NULL,
    decided_reason VARCHAR,
    decided_at     TIMESTAMP NOT NULL
);
