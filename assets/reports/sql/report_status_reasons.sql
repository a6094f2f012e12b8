-- Grain: one finding code that keeps documents or files of e-invoices from being registered, open ones only. Inputs:
-- ledger.finding, ledger.file_import, ledger.document. Order: the most frequent first, then the code. A finding
-- about a file stands for what of it cannot be read.
SELECT finding.finding_code, count(DISTINCT coalesce(finding.movement_reference, import.partition_key)) AS document_count
FROM ledger.finding AS finding
JOIN ledger.file_import AS import USING (import_id)
LEFT JOIN ledger.document AS document
       ON document.import_id = import.import_id AND CAST(document.document_id AS VARCHAR) = finding.movement_reference
WHERE import.source_kind = 'invoice' AND finding.resolution IS NULL AND finding.attempt = import.attempt
  AND coalesce(document.status, 'to_register') = 'to_register'
  AND (finding.severity = 'ERROR' OR finding.finding_code = 'document_waits')
GROUP BY finding.finding_code
ORDER BY document_count DESC, finding.finding_code
