-- Grain: one row of invoice_rules.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.invoice_rule
SELECT $version, rule_code, company_code, counterparty_code, document_type, line_text, account_code, vat_code
FROM incoming
