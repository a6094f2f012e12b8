-- Grain: one row of sync_codes.csv in force. Inputs: ledger.sync_code, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE sync_code AS
SELECT company_code, code_kind, our_code, program_code
FROM ledger.sync_code
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'sync_codes.csv')
