-- The reference data of purchase e-invoices, as the others: each row with the version of its file, append only.
-- A blank company_code means every company. Rates and deductible_pct are in per cent.

-- treatment: normal | reverse_charge | split_payment | deferred | outside. exigibility: I | D | S
CREATE TABLE ledger.vat_code (
    version BIGINT NOT NULL, company_code VARCHAR, vat_code VARCHAR NOT NULL, vat_code_name VARCHAR NOT NULL,
    vat_rate DECIMAL(9,4) NOT NULL, vat_nature VARCHAR, exigibility VARCHAR NOT NULL,
    treatment VARCHAR NOT NULL, deductible_pct DECIMAL(9,4) NOT NULL, vat_account_code VARCHAR,
    second_account_code VARCHAR
);
CREATE TABLE ledger.invoice_rule (
    version BIGINT NOT NULL, rule_code VARCHAR NOT NULL, company_code VARCHAR, counterparty_code VARCHAR,
    document_type VARCHAR, line_text VARCHAR, account_code VARCHAR NOT NULL, vat_code VARCHAR
);
CREATE TABLE ledger.withholding_account (
    version BIGINT NOT NULL, company_code VARCHAR, withholding_type VARCHAR NOT NULL,
    account_code VARCHAR NOT NULL
);
CREATE TABLE ledger.welfare_fund_account (
    version BIGINT NOT NULL, company_code VARCHAR, fund_type VARCHAR NOT NULL, account_code VARCHAR,
    is_withheld BOOLEAN NOT NULL
);
CREATE TABLE ledger.supplier_term (
    version BIGINT NOT NULL, counterparty_code VARCHAR NOT NULL, payment_days INTEGER NOT NULL,
    is_end_of_month BOOLEAN NOT NULL, is_memory_on BOOLEAN NOT NULL
);

-- exchange_rate: units of currency_code for one unit of company_currency_code on rate_date.
CREATE TABLE ledger.exchange_rate (
    version BIGINT NOT NULL, currency_code VARCHAR NOT NULL, rate_date DATE NOT NULL,
    exchange_rate DECIMAL(18,6) NOT NULL, company_currency_code VARCHAR NOT NULL
);
