-- Findings are written, closed and asked for.

-- name: open_finding
-- Grain: one open finding that a person closed, with who and why. Input: ledger.finding.
SELECT rowid AS finding_row FROM ledger.finding WHERE import_id = $import_id AND resolution IS NULL

-- name: first_finding
-- Grain: one import of which something is kept out, with the first of its open errors. Inputs: ledger.finding,
-- ledger.file_import; $keys. error_count says how many errors it has. Order: import_id.
SELECT file_import.partition_key, 'I' || file_import.import_id AS import_number, finding.source_file,
       finding.line_number, finding.field, finding.finding_code,
       finding.raw_value, finding.expected, finding.remedy,
       count(*) OVER (PARTITION BY finding.import_id) AS error_count
FROM ledger.finding AS finding
JOIN ledger.file_import AS file_import ON file_import.import_id = finding.import_id
WHERE file_import.partition_key IN (SELECT unnest($keys))
  AND finding.attempt = file_import.attempt AND finding.resolution IS NULL AND finding.severity = 'ERROR'
QUALIFY row_number() OVER (PARTITION BY finding.import_id ORDER BY finding.ordinal) = 1
ORDER BY file_import.import_id

-- name: check_open_findings
-- Grain: one open finding of the codes given, of an import that is not closed otherwise. Inputs: ledger.finding,
-- ledger.file_import; $codes. A warning of a posted import is open until it is dismissed.
SELECT 'I' || finding.import_id AS import_number, finding.source_file, finding.line_number, finding.field,
       finding.finding_code, finding.raw_value,
       finding.expected, finding.remedy, import.partition_key
FROM ledger.finding AS finding
LEFT JOIN ledger.file_import AS import ON import.import_id = finding.import_id
WHERE finding.resolution IS NULL
  AND finding.finding_code IN (SELECT unnest($codes))
  AND (finding.import_id IS NULL OR finding.attempt = import.attempt)
  AND coalesce(import.status, 'reference') NOT IN ('superseded', 'dismissed', 'deleted')
ORDER BY finding.import_id DESC NULLS FIRST, finding.line_number, finding.ordinal

-- name: write_findings
-- Grain: one finding. Input: given.
INSERT INTO ledger.finding BY NAME
SELECT * FROM given

-- name: close_findings
-- Grain: one finding about which nothing is left to do. Input: given; $resolution, $now, $who, $reason.
UPDATE ledger.finding AS finding
SET resolution = $resolution, resolved_at = $now, resolved_by = $who, resolved_reason = $reason
FROM given
WHERE finding.rowid = given.finding_row

-- name: reopen_findings
-- Grain: one finding that is open again. Input: given.
UPDATE ledger.finding AS finding
SET resolution = NULL, resolved_at = NULL, resolved_by = NULL, resolved_reason = NULL
FROM given
WHERE finding.rowid = given.finding_row

-- name: carry_findings
-- Grain: one finding that belongs to a later attempt. Input: given.
UPDATE ledger.finding AS finding SET attempt = given.attempt, ordinal = given.ordinal FROM given
WHERE finding.rowid = given.finding_row

-- name: blank_findings
-- Grain: one finding whose quotations are taken out: the value, and what goes into its texts, which names numbers and
-- parties; its code says what was expected. Input: given.
UPDATE ledger.finding AS finding SET raw_value = NULL, expected = NULL, remedy = NULL
FROM given
WHERE finding.rowid = given.finding_row
