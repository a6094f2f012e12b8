-- Grain: one import of another name that brought the content of a deleted import again, or may yet; not those that only left it
-- out as repeated, which keep no import of it out either (import_by_content), nor what it left out itself.
-- Inputs: ledger.file_import; $import_id, $partition_key (of the deleted one before). Order: import_id.
SELECT other.import_id, other.source_file
FROM ledger.file_import AS import
JOIN ledger.file_import AS other
  ON other.source_kind = import.source_kind AND other.content_sha256 = import.content_sha256 AND other.import_id <> import.import_id
WHERE import.import_id = $import_id AND other.status IN ('posted', 'incomplete', 'failed')
  AND other.partition_key <> $partition_key AND other.repeats_import_id IS NULL
  AND other.import_id IS DISTINCT FROM import.repeats_import_id
ORDER BY other.import_id
