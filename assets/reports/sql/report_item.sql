-- Grain: one row, an open item with what opened it. Inputs: ledger.open_item, ledger.reference_file (an
-- opening item has the time of the version that brought it), ledger.journal_entry, ledger.file_import,
-- ledger.import_attempt (an item that an entry opened), ledger.reopened_item (an item that is another, open again). Parameter: item_id.
SELECT item.company_code, item.account_code, item.open_item_key, item.document_number, item.document_date,
       item.due_date, item.currency_code, item.original_amount, item.settled_amount,
       item.original_amount - item.settled_amount AS residual_amount, item.status, item.side,
       item.description, item.origin, item.hold_reason, item.opened_at,
       CASE WHEN item.origin = 'opening' THEN 'opening_open_items.csv' ELSE file_import.source_file
       END AS opened_by_file,
       CASE WHEN item.origin = 'opening' THEN
           (SELECT max(version) FROM ledger.reference_file
            WHERE file_name = 'opening_open_items.csv' AND loaded_at <= item.opened_at)
       END AS opened_by_version,
       file_import.partition_key AS opened_by_partition_key,
       item.opened_by_entry_id,
       entry.source_line AS opened_by_source_line,
       coalesce(attempt.run_id, file_import.run_id) AS opened_by_run_id,
       reopened.open_item_key AS reopens_open_item_key,
       'I' || file_import.import_id AS opened_by_import_number
FROM ledger.open_item AS item
LEFT JOIN ledger.journal_entry AS entry ON entry.entry_id = item.opened_by_entry_id
LEFT JOIN ledger.file_import ON file_import.import_id = entry.import_id
LEFT JOIN ledger.import_attempt AS attempt
       ON attempt.import_id = entry.import_id AND attempt.attempt = entry.attempt
LEFT JOIN ledger.reopened_item ON reopened_item.item_id = item.item_id
LEFT JOIN ledger.open_item AS reopened ON reopened.item_id = reopened_item.reopens_item_id
WHERE item.item_id = $item_id
