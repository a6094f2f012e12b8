-- Grain: one date for payment that a document states beside the due dates of its instalments. Input:
-- ledger.document_other_date. Parameter: document_id. Order: ordinal.
SELECT ordinal, field, other_date
FROM ledger.document_other_date
WHERE document_id = $document_id
ORDER BY ordinal
