-- Grain: the import of this file that was deleted last; no row where the file stands in the ledger again. Inputs:
-- ledger.file_import; $source_kind, $partition_key.
SELECT deleted.partition_key
FROM ledger.file_import AS deleted
WHERE deleted.source_kind = $source_kind AND deleted.status = 'deleted'
  AND deleted.partition_key = $partition_key || '#' || deleted.import_id
  AND NOT EXISTS (SELECT 1 FROM ledger.file_import AS again WHERE again.partition_key = $partition_key)
ORDER BY deleted.import_id DESC
LIMIT 1
