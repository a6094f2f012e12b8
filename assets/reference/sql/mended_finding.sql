-- Grain: one open finding of a reference file that was not found again. Input: found.
SELECT finding.rowid AS finding_row
FROM ledger.finding AS finding
WHERE finding.import_id IS NULL AND finding.resolution IS NULL
  AND NOT EXISTS (
      SELECT 1 FROM found
      WHERE found.source_file = finding.source_file AND found.finding_code = finding.finding_code
        AND found.line_number IS NOT DISTINCT FROM finding.line_number
        AND found.field IS NOT DISTINCT FROM finding.field
        AND found.raw_value IS NOT DISTINCT FROM finding.raw_value)
