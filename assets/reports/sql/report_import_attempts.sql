-- Grain: one attempt to import a file. Input: ledger.import_attempt. Parameter: import_id. Order: attempt.
SELECT attempt, attempted_at, status, posted_movement_count, error_count, warning_count, reference_version,
       run_id
FROM ledger.import_attempt
WHERE import_id = $import_id
ORDER BY attempt
