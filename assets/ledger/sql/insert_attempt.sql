-- Grain: one attempt of an import.
INSERT INTO ledger.import_attempt
VALUES ($import_id, $attempt, $run_id, $reference_version, $now, $status, $posted_movement_count, $error_count, $warning_count)
