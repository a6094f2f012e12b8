-- Grain: one open finding about a delivery: about a document that is to be registered, or about a file of which
-- something cannot be read (document_id is null then). Inputs: ledger.finding, ledger.delivered_file, ledger.delivery,
-- ledger.file_import, ledger.document. Parameter: delivery_key. Order: file, position, finding. What follows from a message of the
-- exchange system is about an invoice, not about the delivery.
SELECT document.document_id, import.source_file, finding.line_number AS position, document.supplier_name,
       document.document_number, document.document_date, finding.finding_code, finding.severity, finding.field,
       finding.raw_value, finding.expected, finding.remedy,
       'I' || import.import_id AS import_number
FROM ledger.delivery AS delivery
JOIN ledger.delivered_file AS file USING (delivery_id)
JOIN ledger.file_import AS import USING (import_id)
JOIN ledger.finding AS finding USING (import_id)
LEFT JOIN ledger.document AS document
       ON document.import_id = import.import_id AND CAST(document.document_id AS VARCHAR) = finding.movement_reference
WHERE delivery.delivery_key = $delivery_key AND import.reader_name IS DISTINCT FROM 'exchange_message' AND finding.attempt = import.attempt AND finding.resolution IS NULL
  AND coalesce(document.status, 'to_register') = 'to_register'
  AND (finding.severity = 'ERROR' OR finding.finding_code = 'document_waits')
ORDER BY import.import_id, finding.line_number NULLS FIRST, finding.ordinal
