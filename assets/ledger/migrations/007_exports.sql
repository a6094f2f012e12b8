-- Exports to the treasury: what the accounts need beside the chart of accounts, and what the treasury knows.

-- Grain: one row of treasury_accounts.csv in a version. Append only, as the other reference data.
CREATE TABLE ledger.treasury_account (
    version BIGINT NOT NULL, company_code VARCHAR NOT NULL, account_code VARCHAR NOT NULL, payment_type VARCHAR,
    cash_flow_item VARCHAR, rating VARCHAR, delay_days INTEGER, nickname VARCHAR, address VARCHAR,
    postcode VARCHAR, city VARCHAR, province VARCHAR
);

-- Grain: one export that replaced a file of the export folder. Append only. export_kind: open_items | registry.
-- since_date: only what changed since that day (registry); null for everything.
CREATE TABLE ledger.treasury_export (
    export_id                BIGINT PRIMARY KEY,
    export_kind              VARCHAR NOT NULL,
    file_name                VARCHAR NOT NULL,
    export_form              VARCHAR NOT NULL,
    since_date               DATE,
    byte_count               BIGINT NOT NULL,
    row_count                BIGINT NOT NULL,
    reference_version        BIGINT NOT NULL,
    run_id                   VARCHAR NOT NULL,
    exported_at              TIMESTAMP NOT NULL
);

-- Grain: one company, currency and side of an export of open items: how many there were and what was left of them.
CREATE TABLE ledger.treasury_export_total (
    export_id       BIGINT NOT NULL,
    company_code    VARCHAR NOT NULL,
    currency_code   VARCHAR NOT NULL,
    side            VARCHAR NOT NULL,
    open_item_count BIGINT NOT NULL,
    residual_total  DECIMAL(38,4) NOT NULL,
    PRIMARY KEY (export_id, company_code, currency_code, side)
);

-- Grain: one field of an export in which characters were replaced or texts cut.
CREATE TABLE ledger.treasury_export_text (
    export_id                BIGINT NOT NULL,
    field                    VARCHAR NOT NULL,
    replaced_character_count BIGINT NOT NULL,
    cut_value_count          BIGINT NOT NULL,
    PRIMARY KEY (export_id, field)
);

-- Grain: one open item as the treasury knows it from the last export; key (company_code, open_item_key), held by
-- the statement that writes it. residual_amount is in currency_code, never negative, as it was exported.
CREATE TABLE ledger.exported_item (
    company_code    VARCHAR NOT NULL,
    open_item_key   VARCHAR NOT NULL,
    account_code    VARCHAR NOT NULL,
    side            VARCHAR NOT NULL,
    currency_code   VARCHAR NOT NULL,
    residual_amount DECIMAL(18,4) NOT NULL
);
