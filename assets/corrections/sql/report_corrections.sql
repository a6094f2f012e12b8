-- Grain: one correction. Input: ledger.correction.
SELECT correction_id, correction_kind, subject, arguments, requested_by, reason, run_id, made_at, undoes_correction_id,
       undone_by_correction_id, 'C' || correction_id AS correction_number
FROM ledger.correction
