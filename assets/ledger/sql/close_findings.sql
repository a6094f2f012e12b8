-- Grain: one finding about which nothing is left to do. Input: given; $resolution, $now, $who, $reason.
UPDATE ledger.finding AS finding
SET resolution = $resolution, resolved_at = $now, resolved_by = $who, resolved_reason = $reason
FROM given
WHERE finding.rowid = given.finding_row
