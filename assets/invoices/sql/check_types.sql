-- Grain: one document of a type that is not registered (R08), without an exchange rate (R15), or a credit note
-- without a reference (R18). Inputs: doc, doc_party, doc_rate, document_reference.
SELECT doc.document_id, 'document.document_type' AS field, 'R08' AS finding_code, coalesce(doc.document_type, doc.type_code) AS raw_value,
       CASE WHEN doc.document_type IN ('TD16', 'TD17', 'TD18', 'TD19', 'TD20', 'TD21', 'TD27', 'TD28')
            THEN 'a document of a supplier; ' || doc.document_type || ' is one that the buyer or the seller made for himself' END AS expected
FROM doc
WHERE doc.document_type IS NULL
   OR doc.document_type NOT IN ('TD01', 'TD02', 'TD03', 'TD04', 'TD05', 'TD06', 'TD07', 'TD08', 'TD09', 'TD22', 'TD23', 'TD24', 'TD25', 'TD26')
UNION ALL
SELECT doc.document_id, 'document.currency_code', 'R15', doc.currency_code,
       'a rate of ' || party.company_currency_code || ' to ' || coalesce(doc.currency_code, 'a currency') || ' within the ten days up to '
       || coalesce(CAST(doc.document_date AS VARCHAR), 'the date of the document') || ' in exchange_rates.csv'
FROM doc
JOIN doc_party AS party USING (document_id)
JOIN doc_rate AS rate USING (document_id)
WHERE party.company_code IS NOT NULL AND rate.rate_units IS NULL
UNION ALL
SELECT doc.document_id, 'reference.number', 'R18', doc.document_number, NULL
FROM doc
WHERE doc.is_credit_note
  AND NOT EXISTS (SELECT 1 FROM document_reference AS named
                  WHERE named.file_number = doc.file_number AND named.position = doc.position
                    AND named.kind = 'invoice' AND named.number IS NOT NULL)
