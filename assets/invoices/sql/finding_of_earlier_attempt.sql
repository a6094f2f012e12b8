-- Grain: one open finding of an earlier attempt of these files. Inputs: delivered; $now.
SELECT finding.rowid AS finding_row
FROM delivered
JOIN ledger.finding AS finding ON finding.import_id = delivered.import_id
WHERE finding.resolution IS NULL AND finding.attempt < delivered.attempt
