-- Grain: one open finding about a file that is left out by now. Inputs: left_out_import; $now.
UPDATE ledger.finding AS finding
SET resolution = 'mended', resolved_at = $now
FROM left_out_import AS mended
WHERE mended.import_id = finding.import_id AND finding.resolution IS NULL
