-- Grain: one document of a type that is not registered (R08), an advance without its account (R16), a document without an
-- exchange rate (R15), or a credit note without a reference (R18). Inputs: doc, doc_type, doc_party, doc_decision, doc_rate, company,
-- vat_summary, document_reference. The type stands in the code of its own format, with what it means.
WITH seller AS (
    SELECT doc.document_id, min(company.company_code) AS company_code
    FROM doc
    JOIN doc_type AS kind ON kind.document_id = doc.document_id AND kind.treatment = 'self_billed'
    JOIN company ON regexp_replace(upper(company.vat_number), '^[A-Z]{2}|[^A-Z0-9]', '', 'g') = doc.supplier_vat_number
                 OR upper(company.tax_code) = upper(doc.supplier_tax_code)
    GROUP BY doc.document_id
), refused AS (
    SELECT kind.document_id, kind.type_code, kind.treatment, kind.description, seller.company_code AS seller_code,
           kind.type_code || ' (' || kind.description || ')' AS named
    FROM doc_type AS kind
    JOIN doc USING (document_id)
    LEFT JOIN seller USING (document_id)
    WHERE kind.treatment IS NULL OR kind.treatment IN ('self_billed', 'own', 'report', 'proforma')
       OR kind.treatment = 'payable' AND coalesce(doc.payable_amount, doc.total_amount, 0) = 0
       OR kind.treatment = 'vat' AND NOT EXISTS (SELECT 1 FROM vat_summary AS vat
                                                 WHERE vat.file_number = doc.file_number AND vat.position = doc.position)
)
SELECT document_id, 'document.document_type' AS field, 'R08' AS finding_code, type_code AS raw_value,
       CASE WHEN treatment = 'own' THEN 'a document of a supplier; ' || type_code || ' is one that the buyer or the seller made for himself'
            WHEN treatment = 'report' THEN 'a document of a supplier; ' || named || ' is what the buyer tells the authority'
            WHEN treatment = 'self_billed' AND seller_code IS NOT NULL
                THEN 'a document of a supplier; ' || named || ' is what our customer wrote for us, ' || seller_code || ' is the seller'
            WHEN treatment = 'self_billed' THEN 'a document of a supplier; ' || named || ' is what the buyer writes: our own document come back'
            WHEN treatment = 'proforma' THEN 'an invoice; ' || named || ' only announces one'
            WHEN treatment = 'payable' THEN 'a payable amount; ' || named || ' without one asks for nothing'
            WHEN treatment = 'vat' THEN 'a VAT breakdown; ' || named || ' without one only informs' END AS expected,
       CASE WHEN treatment = 'self_billed' AND seller_code IS NOT NULL
                THEN 'It is a sales invoice: drop the file into the inbox of sales invoices, then mark this document as handled (`partita handle`).'
            WHEN treatment IN ('payable', 'proforma', 'vat') THEN 'Wait for the invoice; then mark this document as handled (`partita handle`).'
            WHEN treatment IS NULL
                THEN 'If it is an invoice or a credit note then post it yourself and mark it as handled (`partita handle`); otherwise refuse it (`partita refuse`).'
            END AS remedy
FROM refused
UNION ALL
SELECT kind.document_id, 'setting.supplier_advance_account', 'R16', kind.type_code,
       'an account for advances in the setting supplier_advance_account; ' || kind.type_code || ' is a ' || kind.description, NULL
FROM doc_type AS kind
JOIN doc_party AS party USING (document_id)
LEFT JOIN doc_decision AS decision ON decision.document_id = kind.document_id AND decision.decision = 'register'
WHERE kind.treatment = 'advance' AND party.company_code IS NOT NULL AND party.supplier_advance_account IS NULL
  AND decision.account_code IS NULL
UNION ALL
SELECT doc.document_id, 'document.currency_code', 'R15', doc.currency_code,
       'a rate of ' || party.company_currency_code || ' to ' || coalesce(doc.currency_code, 'a currency') || ' within the ten days up to '
       || coalesce(CAST(doc.document_date AS VARCHAR), 'the date of the document') || ' in exchange_rates.csv', NULL
FROM doc
JOIN doc_party AS party USING (document_id)
JOIN doc_rate AS rate USING (document_id)
WHERE party.company_code IS NOT NULL AND rate.rate_units IS NULL
UNION ALL
SELECT doc.document_id, 'reference.number', 'R18', doc.document_number, NULL, NULL
FROM doc
WHERE doc.is_credit_note
  AND NOT EXISTS (SELECT 1 FROM document_reference AS named
                  WHERE named.file_number = doc.file_number AND named.position = doc.position
                    AND named.kind = 'invoice' AND named.number IS NOT NULL)
