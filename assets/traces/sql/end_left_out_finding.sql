-- Grain: one open finding about movements that are left out, whose cause is gone: what brought them stands again. Inputs: $import_id,
-- $finding_code, $now, $who, $reason.
UPDATE ledger.finding
SET resolution = 'ended', resolved_at = $now, resolved_by = $who, resolved_reason = $reason
WHERE import_id = $import_id AND finding_code = $finding_code AND resolution IS NULL
