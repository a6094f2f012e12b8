-- Grain: one row of sales_rules.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.sales_rule
SELECT $version, rule_code, company_code, counterparty_code, line_text, CAST(vat_rate AS DECIMAL(9,4)), vat_nature,
       account_code, vat_code, vat_account_code
FROM incoming
