-- Grain: one finding of this attempt. Inputs: found (findings.FINDING_SCHEMA plus ordinal), line, movement; $import_id. A remedy
-- that is a command about the place, FILE:LINE, names it by the number of the import.
SELECT $import_id AS import_id, $attempt AS attempt, found.ordinal, found.source_file, found.line_number, found.byte_start,
       found.byte_end, found.field, found.finding_code, found.severity, found.raw_value, found.expected,
       replace(found.remedy, 'FILE:LINE', 'I' || $import_id || ':' || coalesce(CAST(found.line_number AS VARCHAR), 'LINE')) AS remedy,
       coalesce(found.company_code, line.company) AS company_code, coalesce(found.progressive, line.progressive) AS progressive,
       movement.movement_reference, $now AS found_at
FROM found
LEFT JOIN line ON line.line_number = found.line_number
LEFT JOIN movement ON movement.company = line.company AND movement.progressive = line.progressive
