-- Grain: one delivered file of this attempt, with its counts: a document is its line and its movement. Inputs: delivered,
-- ledger.document, ledger.posting, ledger.finding; $now, $run_id, $reference_version, $rules_version. A file is posted when every
-- document in it is closed and nothing of it is unreadable.
SELECT delivered.import_id, delivered.attempt, delivered.reader_name,
       coalesce(documents.document_count, 0) AS document_count, coalesce(documents.registered_count, 0) AS registered_count,
       coalesce(documents.repeated_count, 0) AS repeated_count, coalesce(postings.posting_count, 0) AS posting_count,
       coalesce(postings.linked_count, 0) AS linked_count, coalesce(postings.debit_total, 0) AS debit_total,
       coalesce(postings.credit_total, 0) AS credit_total, coalesce(findings.error_count, 0) AS error_count,
       coalesce(findings.warning_count, 0) AS warning_count,
       CASE WHEN coalesce(documents.open_count, 0) = 0 AND coalesce(findings.error_count, 0) = 0 THEN 'posted'
            WHEN coalesce(documents.document_count, 0) > coalesce(documents.open_count, 0) THEN 'incomplete'
            ELSE 'failed' END AS status
FROM delivered
LEFT JOIN (
    SELECT import_id, count(*) AS document_count, count(*) FILTER (status = 'registered') AS registered_count,
           count(*) FILTER (status = 'repeated') AS repeated_count, count(*) FILTER (status = 'to_register') AS open_count
    FROM ledger.document SEMI JOIN delivered USING (import_id) GROUP BY import_id
) AS documents USING (import_id)
LEFT JOIN (
    SELECT import_id, count(*) AS posting_count, count(*) FILTER (is_linked) AS linked_count, sum(debit_amount) AS debit_total,
           sum(credit_amount) AS credit_total
    FROM ledger.posting SEMI JOIN delivered USING (import_id) GROUP BY import_id
) AS postings USING (import_id)
LEFT JOIN (
    SELECT import_id, count(*) FILTER (severity = 'ERROR') AS error_count, count(*) FILTER (severity = 'WARN') AS warning_count
    FROM ledger.finding SEMI JOIN delivered USING (import_id) WHERE resolution IS NULL GROUP BY import_id
) AS findings USING (import_id)
