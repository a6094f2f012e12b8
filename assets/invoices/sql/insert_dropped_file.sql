-- Grain: one file of the delivery that was gathered just now. Inputs: gathered, ledger.delivery.
INSERT INTO ledger.dropped_file
SELECT file_key, (SELECT max(delivery_id) FROM ledger.delivery), source_file, content_sha256, byte_count
FROM gathered
