-- Grain: one journal and year of a company whose own registration numbers have a gap. Inputs: ledger.protocol_number.
SELECT company_code, journal_code, protocol_year, count(*) AS number_count, max(protocol_number) AS last_number
FROM ledger.protocol_number
GROUP BY company_code, journal_code, protocol_year
HAVING max(protocol_number) <> count(*) OR min(protocol_number) <> 1
ORDER BY company_code, journal_code, protocol_year
