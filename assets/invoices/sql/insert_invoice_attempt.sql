-- Grain: one attempt to register the documents of a file. Inputs: delivered, ledger.file_import; $now, $run_id, $reference_version.
INSERT INTO ledger.import_attempt
SELECT import.import_id, import.attempt, $run_id, $reference_version, $now, import.status, import.posted_movement_count, import.error_count,
       import.warning_count
FROM ledger.file_import AS import
SEMI JOIN delivered USING (import_id)
