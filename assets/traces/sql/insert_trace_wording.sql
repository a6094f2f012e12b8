-- Grain: one import, with the hash of what its file says; the first attempt decides. Inputs: the parameters.
INSERT OR IGNORE INTO ledger.trace_wording BY NAME
SELECT CAST($import_id AS BIGINT) AS import_id, $wording_hash AS wording_hash
