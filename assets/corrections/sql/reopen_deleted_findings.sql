-- Grain: one finding of an import that stands again. Inputs: $import_id.
UPDATE ledger.finding
SET resolution = NULL, resolved_at = NULL, resolved_by = NULL, resolved_reason = NULL
WHERE import_id = $import_id AND resolution = 'deleted'
