-- The audit log.

-- name: newest_audit_record
-- Grain: the newest record of the audit log; no row where nothing was changed yet. Input: ledger.audit_record.
SELECT record_number, record_hash FROM ledger.audit_record ORDER BY record_number DESC LIMIT 1

-- name: insert_audit_record
-- Grain: one change of the ledger. Inputs: the parameters. Invariant: the primary key refuses two records of one
-- number.
INSERT INTO ledger.audit_record
VALUES ($record_number, $recorded_at, $action, $subject, $requested_by, $reason, $run_id, $reference_version,
        $state_before,
        $state_after, $previous_hash, $record_hash)

-- name: audit_log
-- Grain: one record of the audit log. Input: ledger.audit_record; $limit on the newest (null = all). Order:
-- record_number.
SELECT * FROM (SELECT * FROM ledger.audit_record ORDER BY record_number DESC LIMIT $limit) ORDER BY record_number

-- name: check_audit_log_complete
-- Grain: one change that the audit log does not have, since it began: a correction, an attempt to import a trace or a
-- file of sales invoices, a processed delivery, a decision of a person, a switch of automatic registration, a dismissed
-- file, a purge. Corrections from before it began have no arguments. The last four are known by their moment, which
-- they share with their record. Inputs: ledger.schema_migration, ledger.correction, ledger.import_attempt,
-- ledger.file_import, ledger.delivery, ledger.document_decision, ledger.automatic_registration, ledger.purge,
-- ledger.audit_record. Order: subject.
WITH beginning AS (
    SELECT applied_at AS moment FROM ledger.schema_migration WHERE step = '006_corrections.sql'
), logged AS (
    SELECT subject FROM ledger.audit_record
), act AS (
    SELECT 'decision about D' || document_id || ' by ' || decided_by AS subject, decided_at AS acted_at,
           [decision, 'change'] AS actions
    FROM ledger.document_decision
    UNION ALL
    SELECT 'switch of ' || company_code || ' by ' || switched_by, switched_at, ['switch-automatic']
    FROM ledger.automatic_registration
    UNION ALL
    SELECT 'dismissal of ' || partition_key || ' by ' || closed_by, closed_at, ['dismiss']
    FROM ledger.file_import WHERE status = 'dismissed'
    UNION ALL
    SELECT 'purge by ' || purged_by, purged_at, ['purge']
    FROM ledger.purge
)
SELECT 'correction C' || correction_id AS subject
FROM ledger.correction
WHERE arguments <> '{}'
  AND 'C' || correction_id NOT IN (SELECT split_part(subject, ':', 1) FROM logged)
UNION ALL
SELECT 'attempt ' || attempt.attempt || ' of import ' || attempt.import_id
FROM ledger.import_attempt AS attempt
JOIN ledger.file_import AS import USING (import_id), beginning
WHERE attempt.attempted_at > beginning.moment AND import.source_kind IN ('trace', 'sales')
  AND 'import ' || attempt.import_id || '/' || attempt.attempt NOT IN (SELECT split_part(subject, ':', 1) FROM logged)
UNION ALL
SELECT 'delivery ' || delivery.delivery_key
FROM ledger.delivery, beginning
WHERE delivery.processed_at > beginning.moment AND 'delivery '
  || delivery.delivery_key NOT IN (SELECT subject FROM logged)
UNION ALL
SELECT act.subject
FROM act, beginning
WHERE act.acted_at > beginning.moment
  AND NOT EXISTS (SELECT 1 FROM ledger.audit_record AS record
                  WHERE record.recorded_at = act.acted_at AND list_contains(act.actions, record.action))
ORDER BY subject

-- name: newest_reference_version
-- Grain: one row: the version of the reference data in force; null where there are none. Input: ledger.reference_file.
SELECT max(version) AS version FROM ledger.reference_file
