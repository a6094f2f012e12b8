-- Grain: one correction, attempt to import a file of traces or sales invoices, or processed delivery that the audit log does not have, since it began. Corrections from before
-- that have no arguments. Inputs: ledger.correction,
-- ledger.import_attempt, ledger.file_import, ledger.audit_record. Order: subject.
WITH beginning AS (
    SELECT applied_at AS moment FROM ledger.schema_migration WHERE step = '006_corrections.sql'
), logged AS (
    SELECT subject FROM ledger.audit_record
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
WHERE delivery.processed_at > beginning.moment AND 'delivery ' || delivery.delivery_key NOT IN (SELECT subject FROM logged)
ORDER BY subject
