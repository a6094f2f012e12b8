-- Grain: one attempt of an import, as it left it. Inputs: given (imports), ledger.file_import; $now, $run_id, $reference_version.
INSERT INTO ledger.import_attempt BY NAME
SELECT import.import_id, import.attempt, $run_id AS run_id, $reference_version AS reference_version, $now AS attempted_at, import.status,
       import.posted_movement_count, import.error_count, import.warning_count
FROM ledger.file_import AS import
WHERE import.import_id IN (SELECT import_id FROM given)
