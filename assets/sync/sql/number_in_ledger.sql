-- Grain: one invoice that gets a registration number of our own now; the numbers of a company, journal and year go on
-- without gaps, and one that has a number keeps it. Inputs: numbered (invoice_id, company_code, journal_code, document_date, ordinal), ledger.protocol_number.
INSERT INTO ledger.protocol_number
SELECT numbered.company_code, numbered.journal_code, CAST(year(numbered.document_date) AS INTEGER),
       coalesce(last.protocol_number, 0)
       + row_number() OVER (PARTITION BY numbered.company_code, numbered.journal_code, year(numbered.document_date) ORDER BY numbered.ordinal),
       numbered.invoice_id
FROM numbered
ANTI JOIN ledger.protocol_number AS known USING (invoice_id)
LEFT JOIN (
    SELECT company_code, journal_code, protocol_year, max(protocol_number) AS protocol_number
    FROM ledger.protocol_number
    GROUP BY company_code, journal_code, protocol_year
) AS last ON last.company_code = numbered.company_code AND last.journal_code = numbered.journal_code
         AND last.protocol_year = year(numbered.document_date)
