-- Grain: one thing wrong with whom a document is from or to: R02, R03, R04, and what deserves a look: R05, R13.
-- Inputs: doc, doc_party, supplier, payment, wrong_iban.
SELECT doc.document_id, 'document.customer_vat_number' AS field, 'R02' AS finding_code,
       concat_ws(', ', doc.customer_name, doc.customer_vat_number, doc.customer_tax_code) AS raw_value,
       CAST(NULL AS VARCHAR) AS expected
FROM doc JOIN doc_party AS party USING (document_id)
WHERE party.company_code IS NULL
UNION ALL
SELECT doc.document_id, 'document.supplier_vat_number', 'R03',
       concat_ws(', ', doc.supplier_name, doc.supplier_country_code || doc.supplier_vat_number, doc.supplier_tax_code,
                 doc.supplier_address, doc.supplier_postal_code, doc.supplier_city), NULL
FROM doc JOIN doc_party AS party USING (document_id)
WHERE party.supplier_count IS NULL
UNION ALL
SELECT doc.document_id, 'document.supplier_vat_number', 'R03', party.counterparty_code || ' ' || party.counterparty_name,
       CASE WHEN party.account_count = 0 THEN 'an active supplier account of ' ELSE 'only one active supplier account of ' END
       || party.counterparty_code || ' in company ' || party.company_code
FROM doc JOIN doc_party AS party USING (document_id)
WHERE party.supplier_count = 1 AND party.company_code IS NOT NULL AND party.account_count <> 1
UNION ALL
SELECT doc.document_id, 'document.supplier_vat_number', 'R04', party.supplier_codes,
       'one supplier with VAT number ' || coalesce(doc.supplier_vat_number, 'none') || ' and tax code ' || coalesce(doc.supplier_tax_code, 'none')
FROM doc JOIN doc_party AS party USING (document_id)
WHERE party.supplier_count > 1
UNION ALL
SELECT doc.document_id, 'document.supplier_tax_code', 'R05', doc.supplier_tax_code,
       'tax code ' || party.registry_tax_code || ', as in counterparties.csv for ' || party.counterparty_code
FROM doc JOIN doc_party AS party USING (document_id)
WHERE party.supplier_count = 1 AND upper(doc.supplier_tax_code) <> party.registry_tax_code
UNION ALL
SELECT doc.document_id, 'document.supplier_name', 'R05', doc.supplier_name,
       'a name like ' || party.counterparty_name || ', as in counterparties.csv for ' || party.counterparty_code
FROM doc JOIN doc_party AS party USING (document_id)
WHERE party.supplier_count = 1 AND jaro_winkler_similarity(lower(doc.supplier_name), lower(party.counterparty_name)) < 0.7
UNION ALL
SELECT DISTINCT doc.document_id, 'payment.iban', 'R13', payment.iban, 'an IBAN whose check sum is right'
FROM doc JOIN payment USING (file_number, position) JOIN wrong_iban USING (iban)
UNION ALL
SELECT DISTINCT doc.document_id, 'payment.iban', 'R13', payment.iban,
       'an IBAN of ' || coalesce(party.counterparty_code, 'this supplier') || '; it is that of ' || owner.counterparty_code || ' ' || owner.counterparty_name
FROM doc
JOIN doc_party AS party USING (document_id)
JOIN payment USING (file_number, position)
JOIN supplier AS owner ON owner.iban = regexp_replace(upper(payment.iban), '[^A-Z0-9]', '', 'g')
WHERE party.supplier_count = 1 AND owner.counterparty_code <> party.counterparty_code
  AND party.registry_iban IS DISTINCT FROM owner.iban
