-- Grain: one row of sync_codes.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.sync_code
SELECT $version, company_code, code_kind, our_code, program_code
FROM incoming
