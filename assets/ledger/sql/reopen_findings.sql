-- Grain: one finding that is open again. Input: given.
UPDATE ledger.finding AS finding
SET resolution = NULL, resolved_at = NULL, resolved_by = NULL, resolved_reason = NULL
FROM given
WHERE finding.rowid = given.finding_row
