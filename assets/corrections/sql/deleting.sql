-- An import is deleted whole.

-- name: import_named
-- Grain: one import of a trace or of sales invoices by its number, its partition key, the day and number with which
-- that begins, or the name of its file, with the file that replaced it (null: none). Inputs: ledger.file_import; $name,
-- $import_id (null where the name is no number). Order: import_id.
SELECT import.import_id, import.source_kind, import.partition_key, import.source_file, import.status,
       import.posted_movement_count, import.superseded_by_import_id, newer.source_file AS superseded_by_file
FROM ledger.file_import AS import
LEFT JOIN ledger.file_import AS newer ON newer.import_id = import.superseded_by_import_id
WHERE import.source_kind IN ('trace', 'sales')
  AND (import.import_id = $import_id OR import.partition_key = $name OR import.source_file = $name
       OR regexp_full_match($name, '([0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2})[.][0-9]{3,6}')
       AND starts_with(import.partition_key, $name || '-'))
ORDER BY import.import_id

-- name: link_of_entries
-- Grain: one open item that a posting of the target entries settles. Inputs: target (entries), ledger.settlement,
-- ledger.open_item. Order: settlement_id.
SELECT item.company_code, item.open_item_key
FROM ledger.settlement AS settlement
JOIN target ON target.id = settlement.entry_id
JOIN ledger.open_item AS item USING (item_id)
WHERE settlement.undone_at IS NULL
ORDER BY settlement.settlement_id

-- name: count_deleted
-- Grain: one row: whether this import is deleted (1, else 0). Input: ledger.file_import; $import_id.
SELECT count(*) FROM ledger.file_import WHERE import_id = $import_id AND status = 'deleted'
