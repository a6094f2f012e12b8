-- Grain: one finding about a document, of every attempt. Inputs: ledger.finding, ledger.document. Parameter:
-- document_id. What ended with its attempt and was found again by the following one was not mended. Order: attempt, errors before warnings, place in the list of the attempt.
SELECT finding.attempt, finding.field, finding.finding_code, finding.severity, finding.raw_value, finding.expected,
       finding.remedy,
       CASE WHEN finding.resolution = 'mended' AND EXISTS (
           SELECT 1 FROM ledger.finding AS following
           WHERE following.import_id = finding.import_id AND following.attempt = finding.attempt + 1
             AND following.finding_code = finding.finding_code AND following.field IS NOT DISTINCT FROM finding.field
             AND following.line_number IS NOT DISTINCT FROM finding.line_number
             AND following.movement_reference IS NOT DISTINCT FROM finding.movement_reference)
            THEN 'again in attempt ' || (finding.attempt + 1) ELSE finding.resolution END AS resolution,
       finding.resolved_at, finding.resolved_by, finding.resolved_reason
FROM ledger.finding AS finding
JOIN ledger.document AS document
  ON document.import_id = finding.import_id AND CAST(document.document_id AS VARCHAR) = finding.movement_reference
WHERE document.document_id = $document_id
ORDER BY finding.attempt, finding.severity, finding.ordinal
