-- Grain: one open finding of an earlier attempt of these files. Inputs: delivered; $now.
UPDATE ledger.finding AS finding
SET resolution = 'mended', resolved_at = $now
FROM delivered
WHERE delivered.import_id = finding.import_id AND finding.resolution IS NULL AND finding.attempt < delivered.attempt
