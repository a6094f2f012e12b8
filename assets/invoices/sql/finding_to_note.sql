-- Grain: one open finding of a document of this attempt. Inputs: doc_finding, doc_state, doc, part_finding (findings about
-- whole files), delivered, finding_severity; $now. What is registered keeps its warnings; what is repeated has none.
SELECT found.import_id, found.attempt,
       row_number() OVER (PARTITION BY found.import_id ORDER BY found.position, found.field, found.finding_code, found.raw_value) AS ordinal,
       found.source_file, found.position AS line_number, found.field, found.finding_code, severity.severity, left(found.raw_value, 200) AS raw_value,
       coalesce(found.expected, severity.expected) AS expected, coalesce(found.remedy, severity.remedy) AS remedy, found.company_code,
       CAST(found.document_id AS VARCHAR) AS movement_reference, $now AS found_at
FROM (
    SELECT doc.import_id, delivered.attempt, doc.source_file, doc.position, finding.field, finding.finding_code, finding.raw_value,
           finding.expected, finding.remedy, state.company_code, doc.document_id
    FROM doc_finding AS finding
    JOIN doc USING (document_id)
    JOIN delivered ON delivered.import_id = doc.import_id
    JOIN doc_state AS state USING (document_id)
    WHERE state.status <> 'repeated'
    UNION ALL
    SELECT delivered.import_id, delivered.attempt, delivered.source_file, part.position, part.field, part.finding_code, part.raw_value, part.expected, NULL, NULL, NULL
    FROM part_finding AS part
    JOIN delivered USING (file_number)
) AS found
JOIN finding_severity AS severity USING (finding_code)
