-- Grain: one import that a correction deleted, restored or ran again, or of which something is nowhere any more (incomplete). Inputs: ledger.correction_effect, ledger.file_import; $correction_id.
-- Order: import_id.
SELECT import.import_id, import.source_file, import.partition_key, import.status,
       'I' || import.import_id AS import_number
FROM ledger.correction_effect AS effect
JOIN ledger.file_import AS import ON import.import_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('import_deleted', 'import_restored', 'import_rerun', 'import_reopened')
ORDER BY import.import_id
