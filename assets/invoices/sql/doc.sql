-- Grain: one document of this delivery that is still to be decided; key document_id, and (file_number,
-- position). Inputs: document, document_hash, delivered, ledger.document. Ids follow the order of the files.
CREATE OR REPLACE TEMP TABLE doc AS
WITH incoming AS (
    SELECT delivered.import_id, delivered.source_file, delivered.received_at, document.*,
           hash.content_sha256, known.document_id AS known_id
    FROM document
    JOIN delivered USING (file_number)
    JOIN document_hash AS hash USING (file_number, position)
    LEFT JOIN ledger.document AS known
           ON known.import_id = delivered.import_id AND known.position = document.position
    WHERE known.document_id IS NULL OR known.status = 'to_register'
)
SELECT CASE WHEN known_id IS NULL
            THEN (SELECT coalesce(max(document_id), 0) FROM ledger.document)
                 + row_number() OVER (PARTITION BY known_id IS NULL ORDER BY file_number, position)
            ELSE known_id END AS document_id,
       known_id IS NULL AS is_new, incoming.* EXCLUDE (known_id)
FROM incoming
