-- Grain: one document with a date in the future, or in a closed or missing period (R14); each case has a remedy of
-- its own. Inputs: doc, doc_party, accounting_period; $today.
SELECT doc.document_id, 'document.document_date' AS field, 'R14' AS finding_code, CAST(doc.document_date AS VARCHAR) AS raw_value,
       'a date up to today, ' || CAST($today AS VARCHAR) AS expected,
       'If the date is wrong then ask the supplier for a correct document and refuse this one (`partita refuse`); '
       || 'otherwise rerun its delivery from that day on.' AS remedy
FROM doc
WHERE doc.document_date > $today
UNION ALL
SELECT doc.document_id, 'document.document_date', 'R14', CAST(party.accounting_date AS VARCHAR),
       CASE WHEN period.period_code IS NULL THEN 'an accounting date for which accounting_periods.csv has a period'
            ELSE 'an accounting date in an open period; ' || period.period_code || ' is closed' END,
       CASE WHEN period.period_code IS NULL THEN 'Add the period to accounting_periods.csv' ELSE 'Open the period in accounting_periods.csv' END
       || ', or change accounting_date_basis in settings.csv, then rerun.'
FROM doc
JOIN doc_party AS party USING (document_id)
LEFT JOIN accounting_period AS period
       ON period.company_code = party.company_code AND party.accounting_date BETWEEN period.start_date AND period.end_date
WHERE party.company_code IS NOT NULL AND doc.document_date <= $today
  AND (period.period_code IS NULL OR period.period_status = 'closed')
