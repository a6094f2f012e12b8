-- Grain: one finding of a deleted import that nobody need look at any more. Inputs: $import_id, $now, $who, $reason.
UPDATE ledger.finding
SET resolution = 'deleted', resolved_at = $now, resolved_by = $who, resolved_reason = $reason
WHERE import_id = $import_id AND resolution IS NULL
