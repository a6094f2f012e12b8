-- Grain: one document whose supplier, number and year are registered or handled already (R01), or stand earlier in this
-- delivery. Inputs: doc, doc_first. The same content again is no finding: it is closed as repeated (doc_state).
SELECT doc.document_id, 'document.document_number' AS field, 'R01' AS finding_code, doc.document_number AS raw_value,
       'a document that was not registered before; ' || first.source_file || ' (document ' || first.first_document_id
       || ') of ' || coalesce(CAST(first.document_date AS VARCHAR), '?') || ' has the same supplier, number and year' AS expected
FROM doc
JOIN doc_first AS first USING (document_id)
WHERE first.first_document_id <> doc.document_id AND first.content_sha256 <> doc.content_sha256
