-- Grain: the document with a number of ours. Input: ledger.document. Parameter: document_id.
SELECT document_id, document_number, supplier_name, status
FROM ledger.document
WHERE document_id = $document_id
