-- Grain: one finding about a document of a done delivery received before a moment (UTC), without the value that stood in the
-- document. Input: $kept_from.
SELECT finding.rowid AS finding_row
FROM ledger.finding AS finding
WHERE finding.import_id IN (
    SELECT part.import_id
    FROM ledger.delivered_file AS part
    JOIN ledger.delivery AS delivery USING (delivery_id)
    WHERE delivery.status = 'done' AND delivery.received_at < $kept_from)
