-- Grain: one open finding that a person closed, with who and why.
UPDATE ledger.finding
SET resolution = 'dismissed', resolved_at = $now, resolved_by = $who, resolved_reason = $reason
WHERE import_id = $import_id AND resolution IS NULL
