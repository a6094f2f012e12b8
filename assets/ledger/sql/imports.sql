-- The record of a file, its attempts, and what became of it.

-- name: insert_import
-- Grain: one import, at its first attempt. No rules of e-invoices read it.
INSERT INTO ledger.file_import
VALUES ($import_id, $source_kind, $partition_key, $source_file, $content_sha256, $byte_count, $reader_name, $status,
        $attempt, $reference_version, $run_id, $now, $line_count, $movement_count, $posted_movement_count,
        $repeated_movement_count, $posting_count, $linked_posting_count, $unlinked_posting_count, $error_count,
        $warning_count, $debit_total, $credit_total, $repeats_import_id, NULL, NULL, NULL, NULL, NULL)

-- name: update_import
-- Grain: one import, at a later attempt. Its identity never changes. What it comes to now is its own: nothing else
-- replaces it, and no decision about an earlier attempt closes it.
UPDATE ledger.file_import
SET reader_name = $reader_name, status = $status, attempt = $attempt, reference_version = $reference_version,
    run_id = $run_id, imported_at = $now, line_count = $line_count, movement_count = $movement_count,
    posted_movement_count = $posted_movement_count, repeated_movement_count = $repeated_movement_count,
    posting_count = $posting_count, linked_posting_count = $linked_posting_count,
    unlinked_posting_count = $unlinked_posting_count, error_count = $error_count,
    warning_count = $warning_count, debit_total = $debit_total, credit_total = $credit_total,
    repeats_import_id = $repeats_import_id, superseded_by_import_id = NULL, closed_at = NULL, closed_by = NULL,
    closed_reason = NULL
WHERE import_id = $import_id

-- name: lasting_finding
-- Grain: one warning about a payment that an earlier attempt posted: it holds until the payment is linked, and again if
-- that is undone, so it becomes part of the new attempt. Ordinals stay unique: an attempt lists fewer than 20,000
-- findings. Input: ledger.finding.
SELECT rowid AS finding_row, CAST($attempt AS INTEGER) AS attempt, ordinal + 20000 AS ordinal
FROM ledger.finding
WHERE import_id = $import_id AND attempt < $attempt AND (resolution IS NULL OR resolution = 'ended')
  AND finding_code IN (SELECT unnest($codes))

-- name: finding_of_earlier_attempt
-- Grain: one finding of an earlier attempt of this import: the new attempt says what is still wrong. Input:
-- ledger.finding.
SELECT rowid AS finding_row FROM ledger.finding WHERE import_id = $import_id AND attempt < $attempt
    AND resolution IS NULL

-- name: insert_attempt
-- Grain: one attempt of an import.
INSERT INTO ledger.import_attempt
VALUES ($import_id, $attempt, $run_id, $reference_version, $now, $status, $posted_movement_count, $error_count,
        $warning_count)

-- name: begin_imports
-- Grain: one import that begins: nothing of it is done yet. Input: given; $now, $run_id, $reference_version.
INSERT INTO ledger.file_import BY NAME
SELECT import_id, source_kind, partition_key, source_file, content_sha256, byte_count, reader_name, 'failed' AS status,
       0 AS attempt,
       $reference_version AS reference_version, $run_id AS run_id, $now AS imported_at, 0 AS line_count,
       0 AS movement_count,
       0 AS posted_movement_count, 0 AS repeated_movement_count, 0 AS posting_count, 0 AS linked_posting_count,
       0 AS unlinked_posting_count, 0 AS error_count, 0 AS warning_count, 0 AS debit_total, 0 AS credit_total
FROM given

-- name: update_imports
-- Grain: one import of a delivery, at a later attempt. Input: given; $now, $run_id, $reference_version, $rules_version.
UPDATE ledger.file_import AS import
SET status = given.status, attempt = given.attempt, reader_name = given.reader_name, imported_at = $now,
    run_id = $run_id,
    reference_version = $reference_version, rules_version = CASE WHEN given.document_count > 0 THEN $rules_version END,
    line_count = given.document_count, movement_count = given.document_count,
    posted_movement_count = given.registered_count,
    repeated_movement_count = given.repeated_count, posting_count = given.posting_count,
    linked_posting_count = given.linked_count,
    error_count = given.error_count, warning_count = given.warning_count, debit_total = given.debit_total,
    credit_total = given.credit_total
FROM given
WHERE import.import_id = given.import_id

-- name: note_attempts
-- Grain: one attempt of an import, as it left it. Inputs: given (imports), ledger.file_import; $now, $run_id,
-- $reference_version.
INSERT INTO ledger.import_attempt BY NAME
SELECT import.import_id, import.attempt, $run_id AS run_id, $reference_version AS reference_version,
       $now AS attempted_at, import.status,
       import.posted_movement_count, import.error_count, import.warning_count
FROM ledger.file_import AS import
WHERE import.import_id IN (SELECT import_id FROM given)

-- name: restate_imports
-- Grain: one import whose status and open findings are others now. Input: given; imported_at where it was looked at
-- again.
UPDATE ledger.file_import AS import
SET status = given.status, error_count = given.error_count, warning_count = given.warning_count,
    imported_at = coalesce(given.imported_at, import.imported_at)
FROM given
WHERE import.import_id = given.import_id

-- name: recount_imports
-- Grain: one import, with how many of its postings are linked and not linked by now. Input: given.
UPDATE ledger.file_import AS import
SET linked_posting_count = given.linked_posting_count, unlinked_posting_count = given.unlinked_posting_count
FROM given
WHERE import.import_id = given.import_id

-- name: recount_posted
-- Grain: one import of which so much is posted now. Input: given.
UPDATE ledger.file_import AS import SET posted_movement_count = given.posted_movement_count FROM given
WHERE import.import_id = given.import_id

-- name: set_import_status
-- Grain: one import whose status follows from a correction of another, or of what it asked. Who dismissed it stays with
-- it: it is dismissed again if the correction is undone. Inputs: $import_id, $status.
UPDATE ledger.file_import
SET status = $status
WHERE import_id = $import_id AND status IN ('posted', 'repeated', 'incomplete', 'superseded', 'dismissed')

-- name: close_superseded
-- Grain: one import that another one made superfluous.
UPDATE ledger.file_import
SET status = 'superseded', superseded_by_import_id = $import_id, closed_at = $now, closed_by = NULL,
    closed_reason = NULL
WHERE import_id = $old_import_id

-- name: dismiss_import
-- Grain: one import that a person closed although part of it is not in the ledger.
UPDATE ledger.file_import
SET status = 'dismissed', closed_at = $now, closed_by = $who, closed_reason = $reason
WHERE import_id = $import_id AND status IN ('failed', 'incomplete')

-- name: delete_import
-- Grain: one import that is deleted. It stays visible, under a key of its own, so that the file may be imported again.
-- Inputs: $import_id, $now, $who, $reason.
UPDATE ledger.file_import
SET status = 'deleted', closed_at = $now, closed_by = $who, closed_reason = $reason,
    partition_key = partition_key || '#' || import_id
WHERE import_id = $import_id

-- name: restore_import
-- Grain: one deleted import that stands again, under its first key; what it left out is looked at after (left_out_now).
-- One that was dismissed is so again: its errors say when, by whom and why. Inputs: ledger.file_import,
-- ledger.finding; $import_id, $partition_key.
UPDATE ledger.file_import AS import
SET status = CASE WHEN dismissal.resolved_at IS NOT NULL THEN 'dismissed'
                  WHEN import.error_count = 0 THEN 'posted' ELSE 'incomplete' END,
    closed_at = dismissal.resolved_at, closed_by = dismissal.resolved_by, closed_reason = dismissal.resolved_reason,
    partition_key = $partition_key
FROM (SELECT max(finding.resolved_at) AS resolved_at,
             max_by(finding.resolved_by, finding.resolved_at) AS resolved_by,
             max_by(finding.resolved_reason, finding.resolved_at) AS resolved_reason
      FROM ledger.finding AS finding
      JOIN ledger.file_import AS deleted ON deleted.import_id = finding.import_id AND deleted.attempt = finding.attempt
      WHERE finding.import_id = $import_id AND finding.severity = 'ERROR' AND finding.resolution = 'dismissed')
     AS dismissal
WHERE import.import_id = $import_id
