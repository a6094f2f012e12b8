-- Grain: one row of posting_rules.csv, in the version that comes into force. Input: incoming.
-- Blank due_days means 0.
INSERT INTO ledger.posting_rule
SELECT $version, company_code, accounting_reason_code, posting_rule, account_code, CAST(coalesce(due_days, '0') AS INTEGER)
FROM incoming
