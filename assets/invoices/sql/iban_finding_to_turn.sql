-- Grain: one finding about an IBAN (R13) that ends with an answer, or is open again without it. Inputs: iban_doubt; $now, $who, $reason.
SELECT finding.rowid AS finding_row
FROM iban_doubt AS doubt
JOIN ledger.finding AS finding
  ON finding.import_id = doubt.import_id AND finding.movement_reference = CAST(doubt.document_id AS VARCHAR) AND finding.finding_code = 'R13'
WHERE doubt.is_open = $is_open
  AND (finding.raw_value = doubt.iban_text OR left(regexp_replace(upper(finding.raw_value), '[^A-Z0-9]', '', 'g'), 200) = doubt.iban)
  AND coalesce(finding.resolution, 'answered') = 'answered' AND (finding.resolution IS NULL) <> doubt.is_open
