-- Grain: one correction by its number: what was asked for. Input: ledger.correction; $correction_id.
SELECT correction_id, correction_kind, arguments FROM ledger.correction WHERE correction_id = $correction_id
