-- Grain: one member of an archive that is no document and was not noted yet. Inputs: left_out, ledger.left_out_file; $delivery_id.
INSERT INTO ledger.left_out_file BY NAME
SELECT $delivery_id AS delivery_id, left_out.source_file
FROM left_out
WHERE NOT EXISTS (SELECT 1 FROM ledger.left_out_file AS known
                  WHERE known.delivery_id = $delivery_id AND known.source_file = left_out.source_file)
