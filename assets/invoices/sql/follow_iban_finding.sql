-- Grain: one finding about an IBAN (R13) that ends with an answer, or is open again without it. Inputs: iban_doubt; $now, $who, $reason.
UPDATE ledger.finding AS finding
SET resolution = CASE WHEN doubt.is_open THEN NULL ELSE 'answered' END,
    resolved_at = CASE WHEN doubt.is_open THEN NULL ELSE $now END,
    resolved_by = CASE WHEN doubt.is_open THEN NULL ELSE $who END,
    resolved_reason = CASE WHEN doubt.is_open THEN NULL ELSE $reason END
FROM iban_doubt AS doubt
WHERE finding.import_id = doubt.import_id AND finding.movement_reference = CAST(doubt.document_id AS VARCHAR) AND finding.finding_code = 'R13'
  AND (finding.raw_value = doubt.iban_text OR left(regexp_replace(upper(finding.raw_value), '[^A-Z0-9]', '', 'g'), 200) = doubt.iban)
  AND coalesce(finding.resolution, 'answered') = 'answered' AND (finding.resolution IS NULL) <> doubt.is_open
