-- Grain: one decision of a person about a document. Input: ledger.document_decision. Parameter: document_id. Order:
-- the first one first.
SELECT decision, account_code, vat_code, is_remembered, decided_by, decided_reason, decided_at
FROM ledger.document_decision
WHERE document_id = $document_id
ORDER BY decided_at, decision
