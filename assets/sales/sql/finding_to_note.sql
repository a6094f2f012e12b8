-- Grain: one finding of this attempt, the first 10,000 by place, and one that says how many more there are. Inputs: sale_finding,
-- sale, finding_severity; $import_id, $attempt, $now, $source_file. movement_reference is the invoice's reference, by which a
-- later file mends it.
WITH numbered AS (
    SELECT found.*, row_number() OVER (ORDER BY found.line_number NULLS FIRST, found.byte_start, found.position, found.finding_code, found.field) AS ordinal,
           (SELECT sum(finding_count)::BIGINT FROM sale_finding) AS total_count
    FROM sale_finding AS found
    WHERE found.is_listed
), listed AS (
    SELECT * FROM numbered WHERE ordinal <= 10000
), beyond AS (
    SELECT (SELECT max(total_count) FROM numbered) - (SELECT count(*) FROM listed) AS finding_count
)
SELECT $import_id AS import_id, $attempt AS attempt, found.ordinal, $source_file AS source_file, found.line_number, found.byte_start,
       found.byte_end, found.field, found.finding_code, found.severity,
       CASE WHEN length(found.raw_value) <= 200 THEN found.raw_value ELSE left(found.raw_value, 200) || '…' END AS raw_value,
       coalesce(found.expected, meaning.expected) AS expected, meaning.remedy, sale.company_code, sale.document_number AS progressive,
       sale.reference AS movement_reference, $now AS found_at
FROM listed AS found
JOIN finding_severity AS meaning USING (finding_code)
LEFT JOIN sale ON sale.position = found.position
UNION ALL BY NAME
SELECT $import_id AS import_id, $attempt AS attempt, 10001 AS ordinal, $source_file AS source_file, meaning.finding_code, meaning.severity,
       beyond.finding_count || ' more findings are not listed' AS raw_value, meaning.expected, meaning.remedy, $now AS found_at
FROM beyond
JOIN finding_severity AS meaning ON meaning.finding_code = 'sales_findings_not_listed'
WHERE beyond.finding_count > 0
