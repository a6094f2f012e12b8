-- Grain: one delivered file of which a person closed a document. Inputs: ledger.document, ledger.finding; $import_ids. A
-- file is posted when every document in it is closed and nothing of it is unreadable, as after an attempt.
SELECT documents.import_id, coalesce(findings.error_count, 0) AS error_count,
       coalesce(findings.warning_count, 0) AS warning_count,
       CASE WHEN documents.open_count = 0 AND coalesce(findings.error_count, 0) = 0 THEN 'posted'
            WHEN documents.document_count > documents.open_count THEN 'incomplete'
            ELSE 'failed' END AS status, CAST(NULL AS TIMESTAMP) AS imported_at
FROM (
    SELECT import_id, count(*) AS document_count, count(*) FILTER (status = 'to_register') AS open_count
    FROM ledger.document WHERE import_id IN (SELECT unnest($import_ids)) GROUP BY import_id
) AS documents
LEFT JOIN (
    SELECT import_id, count(*) FILTER (severity = 'ERROR') AS error_count,
           count(*) FILTER (severity = 'WARN') AS warning_count
    FROM ledger.finding WHERE resolution IS NULL GROUP BY import_id
) AS findings USING (import_id)
