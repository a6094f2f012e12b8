-- An import is deleted whole.

-- name: import_named
-- Grain: one import of a trace or of sales invoices by its number, its partition key, the day and number with which
-- that begins, or the name of its file. Inputs: ledger.file_import; $name, $import_id (null where the name is no
-- number). Order: import_id.
SELECT import_id, source_kind, partition_key, source_file, status, closed_at, closed_by
FROM ledger.file_import
WHERE source_kind IN ('trace', 'sales') AND (import_id = $import_id OR partition_key = $name OR source_file = $name
       OR regexp_full_match($name, '([0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2})[.][0-9]{3,6}')
       AND starts_with(partition_key, $name || '-'))
ORDER BY import_id

-- name: link_of_entries
-- Grain: one open item that a posting of the target entries settles. Inputs: target (entries), ledger.settlement,
-- ledger.open_item. Order: settlement_id.
SELECT item.company_code, item.open_item_key
FROM ledger.settlement AS settlement
JOIN target ON target.id = settlement.entry_id
JOIN ledger.open_item AS item USING (item_id)
WHERE settlement.undone_at IS NULL
ORDER BY settlement.settlement_id
