-- Grain: one reference file in force. Inputs: ledger.reference_file. Invariant: one row per file name.
SELECT file_name, content_sha256, version
FROM ledger.reference_file
QUALIFY row_number() OVER (PARTITION BY file_name ORDER BY version DESC) = 1
ORDER BY file_name
