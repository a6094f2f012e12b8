-- Grain: one import by its number: the file that came. Input: ledger.file_import; $import_id.
SELECT import_id, source_kind, source_file, content_sha256, byte_count, rules_version
FROM ledger.file_import
WHERE import_id = $import_id
