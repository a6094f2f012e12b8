-- Grain: one import that left something out because of an import that is deleted now. Inputs: ledger.file_import, ledger.finding; $import_id, $finding_code,
-- $severity, $expected, $remedy, $deleted_import_id, $now. Its number follows those of its attempt.
SELECT import.import_id, import.attempt,
       (SELECT coalesce(max(ordinal), 0) + 1 FROM ledger.finding AS known WHERE known.import_id = import.import_id AND known.attempt = import.attempt) AS ordinal,
       import.source_file, $finding_code AS finding_code, $severity AS severity,
       $expected || '; I' || deleted.import_id || ' ' || deleted.source_file || ', which brought them, was deleted' AS expected,
       replace($remedy, 'FILE', 'I' || import.import_id) AS remedy, $now AS found_at
FROM ledger.file_import AS import
JOIN ledger.file_import AS deleted ON deleted.import_id = $deleted_import_id
WHERE import.import_id = $import_id
