-- Grain: one row of reason_descriptions.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.reason_description
SELECT $version, company_code, operation_description, accounting_reason_code
FROM incoming
