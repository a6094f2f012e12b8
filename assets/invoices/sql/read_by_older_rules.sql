-- Grain: one registered document that older rules read, and one dropped file that holds it (a file may have come several times; the
-- earliest first). Inputs: ledger.registration, ledger.document, ledger.file_import, ledger.delivered_file, ledger.dropped_file,
-- ledger.delivery; $rules_version. Parameters (null = all): company, delivery (a key). Order: dropped file, document.
SELECT document.document_id, registration.company_code, document.supplier_name, document.document_number,
       import.partition_key AS part_key, file.file_key, file.source_file, file.byte_count, delivery.received_at
FROM ledger.registration AS registration
JOIN ledger.document AS document USING (document_id)
JOIN ledger.file_import AS import USING (import_id)
JOIN ledger.delivered_file AS part USING (import_id)
JOIN ledger.dropped_file AS file USING (delivery_id, file_key)
JOIN ledger.delivery AS delivery USING (delivery_id)
WHERE registration.undone_at IS NULL AND registration.rules_version < $rules_version
  AND ($company IS NULL OR registration.company_code = $company)
  AND ($delivery IS NULL
       OR import.import_id IN (SELECT import_id FROM ledger.delivered_file JOIN ledger.delivery USING (delivery_id) WHERE delivery_key = $delivery))
ORDER BY delivery.delivery_id, file.file_key, document.document_id
