-- Grain: one import by its number, with the first delivery that held its file; null where no delivery did. Inputs: ledger.file_import,
-- ledger.delivered_file, ledger.delivery; $import_id.
SELECT import.partition_key, delivery.delivery_key
FROM ledger.file_import AS import
LEFT JOIN ledger.delivery AS delivery
       ON delivery.delivery_id = (SELECT min(delivery_id) FROM ledger.delivered_file AS file WHERE file.import_id = import.import_id)
WHERE import.import_id = $import_id
