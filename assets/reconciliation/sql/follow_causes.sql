-- Grain: one warning that ends with its cause, or is there again with it. Inputs: caused_finding; $now, $who, $reason.
UPDATE ledger.finding AS finding
SET resolution = CASE WHEN changed.is_caused THEN NULL ELSE 'ended' END,
    resolved_at = CASE WHEN changed.is_caused THEN NULL ELSE $now END,
    resolved_by = CASE WHEN changed.is_caused THEN NULL ELSE $who END,
    resolved_reason = CASE WHEN changed.is_caused THEN NULL ELSE $reason END
FROM caused_finding AS changed
WHERE finding.import_id = changed.import_id AND finding.attempt = changed.attempt AND finding.ordinal = changed.ordinal
