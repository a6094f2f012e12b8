-- Grain: one part of the delivery at hand, with its import; a part that the ledger meets for the first time gets the next
-- id, another one its next attempt. Inputs: part, ledger.file_import.
CREATE OR REPLACE TEMP TABLE delivered AS
SELECT part.*, known.import_id IS NULL AS is_new, coalesce(known.attempt, 0) + 1 AS attempt,
       coalesce(known.import_id, (SELECT coalesce(max(import_id), 0) FROM ledger.file_import)
                                 + row_number() OVER (PARTITION BY known.import_id IS NULL ORDER BY part.file_number)) AS import_id
FROM part
LEFT JOIN ledger.file_import AS known ON known.partition_key = part.part_key
