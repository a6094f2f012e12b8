-- Grain: one row: how many documents are in each state, and how many delivered files hold something that cannot be
-- read. Inputs: ledger.document, ledger.delivered_file, ledger.delivery, ledger.file_import, ledger.finding.
-- Parameters (null = all): company, delivery (a key). An unreadable file is of no company.
WITH chosen AS (
    SELECT import_id FROM ledger.file_import
    WHERE source_kind = 'invoice'
      AND ($delivery IS NULL
           OR import_id IN (SELECT import_id FROM ledger.delivered_file JOIN ledger.delivery USING (delivery_id)
                            WHERE delivery_key = $delivery))
)
SELECT count(*) AS document_count,
       count(*) FILTER (status = 'registered') AS registered_count,
       count(*) FILTER (status = 'to_register') AS waiting_count,
       count(*) FILTER (status = 'repeated') AS repeated_count,
       count(*) FILTER (status IN ('refused', 'handled')) AS decided_count,
       (SELECT count(DISTINCT finding.import_id) FROM ledger.finding AS finding SEMI JOIN chosen USING (import_id)
        WHERE finding.resolution IS NULL AND finding.severity = 'ERROR' AND finding.movement_reference IS NULL
       ) AS unreadable_file_count
FROM ledger.document
SEMI JOIN chosen USING (import_id)
WHERE $company IS NULL OR company_code = $company
