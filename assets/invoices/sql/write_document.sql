-- Grain: one document of this delivery with what it says; one that the ledger knows (to register once more) is brought up to date,
-- since it may be read by other rules than before. Inputs: doc, payment, identifier. The payee is who the document names beside
-- its supplier, with the accounts to which it asks to pay.
MERGE INTO ledger.document AS document
USING (
    WITH paid AS (
        SELECT file_number, position, string_agg(DISTINCT beneficiary, ', ' ORDER BY beneficiary) AS payee_name,
               string_agg(DISTINCT iban, ', ' ORDER BY iban) AS payee_ibans
        FROM payment GROUP BY file_number, position
    ), payee AS (
        SELECT file_number, position, string_agg(concat_ws(' ', scheme_code, identifier), ', ' ORDER BY ordinal) AS payee_identifiers
        FROM identifier WHERE party = 'payee' GROUP BY file_number, position
    )
    SELECT doc.*, concat_ws(', ', supplier_address, concat_ws(' ', supplier_postal_code, supplier_city, supplier_province)) AS whole_address,
           paid.payee_name, payee.payee_identifiers, paid.payee_ibans
    FROM doc
    LEFT JOIN paid USING (file_number, position)
    LEFT JOIN payee USING (file_number, position)
) AS said
ON document.document_id = said.document_id
WHEN MATCHED THEN UPDATE
    SET content_sha256 = said.content_sha256, document_format = said.format, document_type = said.document_type, type_code = said.type_code,
        is_credit_note = said.is_credit_note, document_number = said.document_number, document_date = said.document_date,
        currency_code = said.currency_code, supplier_country_code = said.supplier_country_code,
        supplier_vat_number = said.supplier_vat_number, supplier_tax_code = said.supplier_tax_code, supplier_name = said.supplier_name,
        supplier_address = said.whole_address, customer_vat_number = said.customer_vat_number, customer_tax_code = said.customer_tax_code,
        customer_name = said.customer_name, total_amount = said.total_amount, payee_name = said.payee_name,
        payee_identifiers = said.payee_identifiers, payee_ibans = said.payee_ibans
WHEN NOT MATCHED THEN INSERT (document_id, import_id, position, status, content_sha256, document_format, document_type, type_code,
        is_credit_note, document_number, document_date, received_at, currency_code, supplier_country_code, supplier_vat_number,
        supplier_tax_code, supplier_name, supplier_address, customer_vat_number, customer_tax_code, customer_name, total_amount,
        payee_name, payee_identifiers, payee_ibans)
    VALUES (said.document_id, said.import_id, said.position, 'to_register', said.content_sha256, said.format, said.document_type,
            said.type_code, said.is_credit_note, said.document_number, said.document_date, said.received_at, said.currency_code,
            said.supplier_country_code, said.supplier_vat_number, said.supplier_tax_code, said.supplier_name, said.whole_address,
            said.customer_vat_number, said.customer_tax_code, said.customer_name, said.total_amount, said.payee_name,
            said.payee_identifiers, said.payee_ibans)
