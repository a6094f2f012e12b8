-- Grain: one code of ours with the program's, in force. Inputs: ledger.sync_code, ledger.reference_file; $company_code.
SELECT code_kind, our_code, program_code
FROM ledger.sync_code
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'sync_codes.csv')
  AND company_code = $company_code
