-- Grain: one drawn key that is this one, or of the same file, or has the same number of its day. Inputs: ledger.drawn_key; $partition_key,
-- $source_kind, $file_key (null for a delivery of single files), $drawn_date, $day_number. Order: partition_key.
SELECT partition_key, content_sha256
FROM ledger.drawn_key
WHERE partition_key = $partition_key
   OR source_kind = $source_kind AND file_key = $file_key
   OR drawn_date = $drawn_date AND day_number = $day_number
ORDER BY partition_key
