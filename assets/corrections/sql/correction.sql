-- Grain: one correction by its number. Inputs: ledger.correction; $correction_id.
SELECT * FROM ledger.correction WHERE correction_id = $correction_id
