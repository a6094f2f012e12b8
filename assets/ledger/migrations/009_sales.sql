-- Sales invoices: how they are posted, and what we issued. A file of them is a file_import of source_kind 'sales'.

-- Grain: one row of sales_rules.csv in a version. Append only, as the other reference data. A blank column fits
-- everything. vat_rate is in per cent.
CREATE TABLE ledger.sales_rule (
    version BIGINT NOT NULL, rule_code VARCHAR NOT NULL, company_code VARCHAR, counterparty_code VARCHAR,
    line_text VARCHAR, vat_rate DECIMAL(9,4), vat_nature VARCHAR, account_code VARCHAR NOT NULL,
    vat_code VARCHAR NOT NULL, vat_account_code VARCHAR
);

-- Grain: one sales invoice or credit note for ever: company, kind, number and year, of which reference is made.
-- Amounts are in currency_code, positive for what the document is for (a credit note's for what is credited);
-- net_amount is the sum of its lines and total_amount = net_amount + vat_amount. A draft has no entry and may be replaced;
-- what was booked never changes: other content that came later stands in the columns changed_*.
-- status: draft | booked. source_status: draft | booked | sent. instalments: due dates and amounts, as text.
CREATE TABLE ledger.sales_invoice (
    invoice_id            BIGINT PRIMARY KEY,
    reference             VARCHAR NOT NULL UNIQUE,
    import_id             BIGINT NOT NULL,
    position              INTEGER NOT NULL,
    company_code          VARCHAR NOT NULL,
    is_credit_note        BOOLEAN NOT NULL,
    document_number       VARCHAR NOT NULL,
    document_date         DATE NOT NULL,
    due_date              DATE NOT NULL,
    currency_code         VARCHAR NOT NULL,
    status                VARCHAR NOT NULL,
    source_status         VARCHAR NOT NULL,
    customer_code         VARCHAR,
    customer_account_code VARCHAR,
    customer_name         VARCHAR,
    customer_country_code VARCHAR,
    customer_vat_number   VARCHAR,
    customer_tax_code     VARCHAR,
    customer_address      VARCHAR,
    customer_postal_code  VARCHAR,
    customer_city         VARCHAR,
    net_amount            DECIMAL(18,4) NOT NULL,
    vat_amount            DECIMAL(18,4) NOT NULL,
    total_amount          DECIMAL(18,4) NOT NULL,
    total_convention      VARCHAR,
    instalments           VARCHAR NOT NULL,
    content_sha256        VARCHAR NOT NULL,
    entry_id              BIGINT,
    received_at           TIMESTAMP NOT NULL,
    booked_at             TIMESTAMP,
    changed_import_id     BIGINT,
    changed_sha256        VARCHAR,
    changed_at            TIMESTAMP,
    changed_detail        VARCHAR
);

-- Grain: one line of a sales invoice. Amounts as in sales_invoice; account_code and vat_code are our own codes, null on
-- a draft that no rule fits. rule_code: the rule of sales_rules.csv that gave them, null where the file named both.
CREATE TABLE ledger.sales_line (
    invoice_id   BIGINT NOT NULL,
    line_number  INTEGER NOT NULL,
    description  VARCHAR NOT NULL,
    net_amount   DECIMAL(18,4) NOT NULL,
    vat_rate     DECIMAL(9,4) NOT NULL,
    vat_nature   VARCHAR,
    account_code VARCHAR,
    vat_code     VARCHAR,
    rule_code    VARCHAR,
    PRIMARY KEY (invoice_id, line_number)
);
