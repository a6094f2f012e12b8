-- Grain: one row of posting_rules.csv in force. Inputs: ledger.posting_rule, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE posting_rule AS
SELECT company_code, accounting_reason_code, posting_rule, account_code, due_days
FROM ledger.posting_rule
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'posting_rules.csv')
