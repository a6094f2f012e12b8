-- Grain: one open finding about a file that is left out by now. Inputs: left_out_import; $now.
SELECT finding.rowid AS finding_row
FROM left_out_import AS mended
JOIN ledger.finding AS finding ON finding.import_id = mended.import_id
WHERE finding.resolution IS NULL
