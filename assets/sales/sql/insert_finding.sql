-- Grain: one finding of this attempt, the first 10,000 by place, and one that says how many more there are. Inputs: sale_finding,
-- sale, finding_severity; $import_id, $attempt, $now, $source_file. movement_reference is the invoice's reference, by which a
-- later file mends it.
INSERT INTO ledger.finding
WITH numbered AS (
    SELECT found.*, row_number() OVER (ORDER BY found.line_number NULLS FIRST, found.byte_start, found.position, found.finding_code, found.field) AS ordinal,
           count(*) OVER () AS finding_count
    FROM sale_finding AS found
)
SELECT $import_id, $attempt, found.ordinal, $source_file, found.line_number, found.byte_start, found.byte_end, found.field, found.finding_code,
       found.severity, CASE WHEN length(found.raw_value) <= 200 THEN found.raw_value ELSE left(found.raw_value, 200) || '…' END,
       coalesce(found.expected, meaning.expected), meaning.remedy, sale.company_code, sale.document_number, sale.reference,
       $now, NULL, NULL, NULL, NULL
FROM numbered AS found
JOIN finding_severity AS meaning USING (finding_code)
LEFT JOIN sale ON sale.position = found.position
WHERE found.ordinal <= 10000
UNION ALL
SELECT $import_id, $attempt, 10001, $source_file, NULL, NULL, NULL, NULL, meaning.finding_code, meaning.severity,
       any_value(found.finding_count) - 10000 || ' more findings are not listed', meaning.expected, meaning.remedy, NULL, NULL, NULL,
       $now, NULL, NULL, NULL, NULL
FROM numbered AS found
JOIN finding_severity AS meaning ON meaning.finding_code = 'sales_findings_not_listed'
WHERE found.finding_count > 10000
GROUP BY ALL
