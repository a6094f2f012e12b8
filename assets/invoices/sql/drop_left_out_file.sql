-- Grain: one member of an archive that was left out before and is read now. Inputs: left_out; $delivery_id.
DELETE FROM ledger.left_out_file
WHERE delivery_id = $delivery_id AND source_file NOT IN (SELECT source_file FROM left_out)
