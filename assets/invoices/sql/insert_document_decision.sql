-- Grain: one decision of a person about a document; the newest holds. Input: $document_ids.
INSERT INTO ledger.document_decision
SELECT document_id, $decision, $account_code, $vat_code, $is_remembered, $who, $reason, $now
FROM (SELECT unnest($document_ids) AS document_id)
