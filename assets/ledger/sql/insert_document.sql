-- Grain: one document that the ledger meets for the first time. Inputs: doc, payment, identifier. The payee is who the
-- document names beside its supplier, with the accounts to which it asks to pay.
INSERT INTO ledger.document (document_id, import_id, position, status, content_sha256, document_format, document_type, type_code,
    is_credit_note, document_number, document_date, received_at, currency_code, supplier_country_code, supplier_vat_number,
    supplier_tax_code, supplier_name, supplier_address, customer_vat_number, customer_tax_code, customer_name, total_amount,
    payee_name, payee_identifiers, payee_ibans)
WITH paid AS (
    SELECT file_number, position, string_agg(DISTINCT beneficiary, ', ' ORDER BY beneficiary) AS payee_name,
           string_agg(DISTINCT iban, ', ' ORDER BY iban) AS payee_ibans
    FROM payment GROUP BY file_number, position
), payee AS (
    SELECT file_number, position, string_agg(concat_ws(' ', scheme_code, identifier), ', ' ORDER BY ordinal) AS payee_identifiers
    FROM identifier WHERE party = 'payee' GROUP BY file_number, position
)
SELECT document_id, import_id, position, 'to_register', content_sha256, format, document_type, type_code, is_credit_note, document_number,
       document_date, received_at, currency_code, supplier_country_code, supplier_vat_number, supplier_tax_code, supplier_name,
       concat_ws(', ', supplier_address, concat_ws(' ', supplier_postal_code, supplier_city, supplier_province)),
       customer_vat_number, customer_tax_code, customer_name, total_amount, paid.payee_name, payee.payee_identifiers, paid.payee_ibans
FROM doc
LEFT JOIN paid USING (file_number, position)
LEFT JOIN payee USING (file_number, position)
WHERE is_new
