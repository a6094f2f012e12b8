-- Grain: one IBAN that waits for an answer and stands in one of these deliveries. Inputs: iban_doubt, ledger.delivered_file,
-- ledger.delivery, ledger.document; $delivery_keys. Order: document, IBAN.
SELECT DISTINCT delivery.delivery_key, doubt.document_id, document.document_number, doubt.iban, doubt.expected, doubt.remedy,
       doubt.is_holding
FROM iban_doubt AS doubt
JOIN ledger.document AS document USING (document_id)
JOIN ledger.document AS found_in ON found_in.document_id = doubt.found_in_document_id
JOIN ledger.delivered_file AS file ON file.import_id = found_in.import_id
JOIN ledger.delivery AS delivery USING (delivery_id)
WHERE doubt.is_open AND list_contains($delivery_keys, delivery.delivery_key)
ORDER BY doubt.document_id, doubt.iban
