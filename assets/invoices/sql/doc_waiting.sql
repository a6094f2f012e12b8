-- Grain: one document that could be registered and waits for a person (F01, F03, F08). Input: doc_state; adds to
-- found_in_documents.
INSERT INTO found_in_documents BY NAME
SELECT document_id, 'document' AS field, 'document_waits' AS finding_code, CAST(NULL AS VARCHAR) AS raw_value,
       CASE WHEN is_on THEN 'a document received after ' || strftime(switched_at, '%Y-%m-%d %H:%M') || ' UTC, when automatic registration of '
                            || company_code || ' was switched on'
            ELSE 'automatic registration of ' || company_code || ' to be on' END AS expected
FROM doc_state
WHERE is_waiting
