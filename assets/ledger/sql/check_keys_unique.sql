-- Grain: one number that two postings, or two settlements, have; none is ever right. Inputs: ledger.posting, ledger.settlement. A key in
-- the table would cost a tenth of a large import.
SELECT 'posting' AS table_name, entry_id || '/' || line_number AS number, count(*) AS row_count
FROM ledger.posting
GROUP BY entry_id, line_number
HAVING count(*) > 1
UNION ALL
SELECT 'settlement', CAST(settlement_id AS VARCHAR), count(*)
FROM ledger.settlement
GROUP BY settlement_id
HAVING count(*) > 1
ORDER BY table_name, number
