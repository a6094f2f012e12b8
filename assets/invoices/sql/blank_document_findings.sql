-- Grain: one finding about a document of a done delivery received before a moment (UTC), without the value that stood in the
-- document. Input: $kept_from.
UPDATE ledger.finding
SET raw_value = NULL
WHERE import_id IN (
    SELECT part.import_id
    FROM ledger.delivered_file AS part
    JOIN ledger.delivery AS delivery USING (delivery_id)
    WHERE delivery.status = 'done' AND delivery.received_at < $kept_from)
