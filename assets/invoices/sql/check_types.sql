-- Grain: one document of a type that is not registered (R08), in a closed or missing period or with a date in the
-- future (R14), without an exchange rate (R15), or a credit note without a reference (R18). Inputs: doc, doc_party,
-- doc_rate, accounting_period, document_reference; $today.
SELECT doc.document_id, 'document.document_type' AS field, 'R08' AS finding_code, coalesce(doc.document_type, doc.type_code) AS raw_value,
       CASE WHEN doc.document_type IN ('TD16', 'TD17', 'TD18', 'TD19', 'TD20', 'TD21', 'TD27', 'TD28')
            THEN 'a document of a supplier; ' || doc.document_type || ' is one that the buyer or the seller made for himself' END AS expected
FROM doc
WHERE doc.document_type IS NULL
   OR doc.document_type NOT IN ('TD01', 'TD02', 'TD03', 'TD04', 'TD05', 'TD06', 'TD07', 'TD08', 'TD09', 'TD22', 'TD23', 'TD24', 'TD25', 'TD26')
UNION ALL
SELECT doc.document_id, 'document.document_date', 'R14', CAST(doc.document_date AS VARCHAR), 'a date up to today, ' || CAST($today AS VARCHAR)
FROM doc
WHERE doc.document_date > $today
UNION ALL
SELECT doc.document_id, 'document.document_date', 'R14', CAST(party.accounting_date AS VARCHAR),
       CASE WHEN period.period_code IS NULL THEN 'an accounting date for which accounting_periods.csv has a period'
            ELSE 'an accounting date in an open period; ' || period.period_code || ' is closed' END
FROM doc
JOIN doc_party AS party USING (document_id)
LEFT JOIN accounting_period AS period
       ON period.company_code = party.company_code AND party.accounting_date BETWEEN period.start_date AND period.end_date
WHERE party.company_code IS NOT NULL AND doc.document_date <= $today
  AND (period.period_code IS NULL OR period.period_status = 'closed')
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
