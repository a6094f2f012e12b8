-- Grain: one document that the ledger meets for the first time. Inputs: doc.
INSERT INTO ledger.document (document_id, import_id, position, status, content_sha256, document_format, document_type,
    is_credit_note, document_number, document_date, received_at, currency_code, supplier_country_code, supplier_vat_number,
    supplier_tax_code, supplier_name, supplier_address, customer_vat_number, customer_tax_code, customer_name, total_amount)
SELECT document_id, import_id, position, 'to_register', content_sha256, format, document_type, is_credit_note, document_number,
       document_date, received_at, currency_code, supplier_country_code, supplier_vat_number, supplier_tax_code, supplier_name,
       concat_ws(', ', supplier_address, concat_ws(' ', supplier_postal_code, supplier_city, supplier_province)),
       customer_vat_number, customer_tax_code, customer_name, total_amount
FROM doc
WHERE is_new
