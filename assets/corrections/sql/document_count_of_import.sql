-- Grain: one import with so many registered documents. Input: ledger.document; $import_id.
SELECT $import_id AS import_id, count(*) AS posted_movement_count
FROM ledger.document
WHERE import_id = $import_id AND status = 'registered'
