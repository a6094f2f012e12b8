-- Grain: one row of accounting_reasons.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.accounting_reason
SELECT $version, company_code, accounting_reason_code, accounting_reason_name
FROM incoming
