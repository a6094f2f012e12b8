-- Grain: one reference file as it was in force at a version. Input: ledger.reference_file. Parameter:
-- reference_version. Order: file_name.
SELECT file_name, version, content_sha256, loaded_at
FROM ledger.reference_file
WHERE version <= $reference_version
QUALIFY row_number() OVER (PARTITION BY file_name ORDER BY version DESC) = 1
ORDER BY file_name
