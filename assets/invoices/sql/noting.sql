-- Findings and questions of the documents of a delivery.

-- name: finding_to_carry
-- Grain: one open finding about a document that was closed before this attempt of its file and so was not judged again:
-- what is registered keeps its warnings, as part of the new attempt. Inputs: ledger.finding, delivered, doc. Ordinals
-- stay unique: an attempt lists fewer than a million findings of one file.
SELECT finding.rowid AS finding_row, delivered.attempt, finding.ordinal + 1000000 AS ordinal
FROM delivered
JOIN ledger.finding AS finding ON finding.import_id = delivered.import_id
WHERE finding.resolution IS NULL AND finding.attempt < delivered.attempt
  AND finding.document_id IS NOT NULL
  AND finding.document_id NOT IN (SELECT document_id FROM doc)

-- name: finding_of_earlier_attempt
-- Grain: one open finding of an earlier attempt of these files. Inputs: ledger.finding, delivered; $now.
SELECT finding.rowid AS finding_row
FROM delivered
JOIN ledger.finding AS finding ON finding.import_id = delivered.import_id
WHERE finding.resolution IS NULL AND finding.attempt < delivered.attempt

-- name: finding_to_note
-- Grain: one open finding of a document of this attempt. Inputs: doc_finding, doc_state, doc, part_finding (findings
-- about whole files), delivered, finding_severity; $now. What is registered keeps its warnings; what is repeated has
-- none.
SELECT found.import_id, found.attempt,
       row_number() OVER (PARTITION BY found.import_id ORDER BY found.position, found.field, found.finding_code,
                          found.raw_value) AS ordinal,
       found.source_file, found.position AS line_number, found.field, found.finding_code, severity.severity,
       left(found.raw_value, 200) AS raw_value,
       found.expected, found.remedy, found.company_code,
       found.document_id, $now AS found_at
FROM (
    SELECT doc.import_id, delivered.attempt, doc.source_file, doc.position, finding.field, finding.finding_code,
           finding.raw_value,
           finding.expected, finding.remedy, state.company_code, doc.document_id
    FROM doc_finding AS finding
    JOIN doc USING (document_id)
    JOIN delivered ON delivered.import_id = doc.import_id
    JOIN doc_state AS state USING (document_id)
    WHERE state.status <> 'repeated'
    UNION ALL
    SELECT delivered.import_id, delivered.attempt, delivered.source_file, part.position, part.field, part.finding_code,
           part.raw_value, part.expected, NULL, NULL, NULL
    FROM part_finding AS part
    JOIN delivered USING (file_number)
) AS found
JOIN finding_severity AS severity USING (finding_code)

-- name: forget_question
-- Grain: one question about a document that is judged again. Inputs: doc.
DELETE FROM ledger.document_question WHERE document_id IN (SELECT document_id FROM doc)

-- name: insert_question
-- Grain: one question about a document of this attempt that waits for a person. Inputs: doc_question, doc_state; $now.
-- What is registered although a number is similar asks no more than a look; what is repeated asks nothing.
INSERT INTO ledger.document_question BY NAME
SELECT asked.document_id, asked.question, asked.other_document_id, asked.finding_code, $now AS asked_at
FROM doc_question AS asked
JOIN doc_state AS state USING (document_id)
WHERE state.status <> 'repeated'
