-- Grain: one finding of a reference file that is not open already. Input: found.
SELECT CAST(NULL AS BIGINT) AS import_id, (SELECT coalesce(max(attempt), 0) + 1 FROM ledger.finding WHERE import_id IS NULL) AS attempt,
       row_number() OVER (ORDER BY source_file, line_number, field, finding_code) AS ordinal, source_file, line_number,
       byte_start, byte_end, field, finding_code, severity, raw_value, expected, remedy, $now AS found_at
FROM found
WHERE NOT EXISTS (
      SELECT 1 FROM ledger.finding AS finding
      WHERE finding.import_id IS NULL AND finding.resolution IS NULL
        AND found.source_file = finding.source_file AND found.finding_code = finding.finding_code
        AND found.line_number IS NOT DISTINCT FROM finding.line_number
        AND found.field IS NOT DISTINCT FROM finding.field
        AND found.raw_value IS NOT DISTINCT FROM finding.raw_value)
