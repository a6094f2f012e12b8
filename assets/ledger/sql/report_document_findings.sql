-- Grain: one finding about a document, of every attempt. Inputs: ledger.finding, ledger.document. Parameter:
-- document_id. Order: attempt, errors before warnings, place in the list of the attempt.
SELECT finding.attempt, finding.field, finding.finding_code, finding.severity, finding.raw_value, finding.expected,
       finding.remedy, finding.resolution, finding.resolved_at, finding.resolved_by, finding.resolved_reason
FROM ledger.finding AS finding
JOIN ledger.document AS document
  ON document.import_id = finding.import_id AND CAST(document.document_id AS VARCHAR) = finding.movement_reference
WHERE document.document_id = $document_id
ORDER BY finding.attempt, finding.severity, finding.ordinal
