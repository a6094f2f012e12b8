-- Grain: one finding of another import that kept an invoice out which this file books. Inputs: sale_entry; $import_id,
-- $partition_key, $now.
SELECT rowid AS finding_row
FROM ledger.finding
WHERE resolution IS NULL AND severity = 'ERROR' AND import_id <> $import_id
  AND movement_reference IN (SELECT reference FROM sale_entry WHERE status = 'booked')
