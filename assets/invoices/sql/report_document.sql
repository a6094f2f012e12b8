-- Grain: one row, a document with its delivery and, if it stands in the ledger, its registration. Inputs:
-- ledger.document, ledger.file_import, ledger.delivered_file, ledger.delivery, ledger.registration. Parameter:
-- document_id. A file that was delivered twice counts to its first delivery; the registration in force counts, else the
-- newest.
SELECT document.document_id, document.import_id, document.status, file_import.source_file, document.position, file_import.partition_key,
       file_import.content_sha256, file_import.byte_count, file_import.reader_name, delivery.delivery_key, delivery.delivery_kind,
       document.received_at, document.document_format, document.document_type, document.type_code, document.is_credit_note,
       document.document_number, document.document_date, document.company_code, document.customer_name,
       document.customer_vat_number, document.customer_tax_code, document.counterparty_code,
       document.supplier_name, document.supplier_country_code, document.supplier_vat_number,
       document.supplier_tax_code, document.supplier_identifiers, nullif(document.supplier_address, '') AS supplier_address, document.payee_name,
       document.payee_identifiers, document.payee_ibans, document.currency_code, document.total_amount,
       document.payable_amount, document.total_convention, document.reason_codes, document.registration_key,
       document.closed_at, document.closed_by, document.closed_reason, registration.registration_id,
       registration.registered_by, registration.requested_by, registration.registered_at,
       registration.accounting_date, registration.supplier_account_code, registration.evidence,
       registration.reference_version, registration.run_id, registration.entry_id,
       credited.document_id AS credits_document_id, registration.undone_at,
       'I' || document.import_id AS import_number
FROM ledger.document AS document
JOIN ledger.file_import USING (import_id)
LEFT JOIN ledger.delivery AS delivery
       ON delivery.delivery_id = (SELECT min(delivery_id) FROM ledger.delivered_file AS file
                                  WHERE file.import_id = document.import_id)
LEFT JOIN ledger.registration AS registration
       ON registration.registration_id = (SELECT max_by(registration_id, (undone_at IS NULL, registration_id))
                                          FROM ledger.registration AS known WHERE known.document_id = $document_id)
LEFT JOIN ledger.registration AS credited ON credited.registration_id = registration.credits_registration_id
WHERE document.document_id = $document_id
