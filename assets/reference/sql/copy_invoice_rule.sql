-- Grain: one row of invoice_rules.csv in force. Inputs: ledger.invoice_rule, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE invoice_rule AS
SELECT rule_code, company_code, counterparty_code, document_type, line_text, account_code, vat_code
FROM ledger.invoice_rule
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'invoice_rules.csv')
