-- Grain: one member of a delivery's archive that is no document, by name. Inputs: ledger.left_out_file, ledger.delivery;
-- $delivery_key.
SELECT file.source_file
FROM ledger.left_out_file AS file
JOIN ledger.delivery AS delivery USING (delivery_id)
WHERE delivery.delivery_key = $delivery_key
ORDER BY file.source_file
