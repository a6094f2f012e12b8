-- Grain: one import of a delivery, at a later attempt. Input: given; $now, $run_id, $reference_version, $rules_version.
UPDATE ledger.file_import AS import
SET status = given.status, attempt = given.attempt, reader_name = given.reader_name, imported_at = $now, run_id = $run_id,
    reference_version = $reference_version, rules_version = CASE WHEN given.document_count > 0 THEN $rules_version END,
    line_count = given.document_count, movement_count = given.document_count, posted_movement_count = given.registered_count,
    repeated_movement_count = given.repeated_count, posting_count = given.posting_count, linked_posting_count = given.linked_count,
    error_count = given.error_count, warning_count = given.warning_count, debit_total = given.debit_total, credit_total = given.credit_total
FROM given
WHERE import.import_id = given.import_id
