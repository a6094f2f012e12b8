-- Grain: one warning that ends with its cause, or is there again with it. Inputs: caused_finding; $now, $who, $reason.
SELECT finding.rowid AS finding_row
FROM caused_finding AS changed
JOIN ledger.finding AS finding ON finding.import_id = changed.import_id AND finding.attempt = changed.attempt AND finding.ordinal = changed.ordinal
WHERE changed.is_caused = $is_caused
