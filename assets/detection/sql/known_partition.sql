-- Grain: one file of traces or sales invoices that the ledger knows, or one delivery, in the order of their coming. Inputs: ledger.file_import,
-- ledger.delivery. A file whose import was deleted may come again, as another one to the ledger.
SELECT source_kind, partition_key
FROM (
    SELECT source_kind, partition_key, import_id AS place
    FROM ledger.file_import
    WHERE source_kind IN ('trace', 'sales') AND status <> 'deleted'
    UNION ALL
    SELECT 'delivery', delivery_key, delivery_id
    FROM ledger.delivery
)
ORDER BY source_kind, place
