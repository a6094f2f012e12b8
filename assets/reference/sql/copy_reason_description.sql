-- Grain: one row of reason_descriptions.csv in force. Inputs: ledger.reason_description, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE reason_description AS
SELECT company_code, operation_description, accounting_reason_code
FROM ledger.reason_description
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'reason_descriptions.csv')
