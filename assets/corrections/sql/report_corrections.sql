-- Grain: one correction. Input: ledger.correction; $limit (null = all). Order: newest first.
SELECT correction_id, correction_kind, subject, arguments, requested_by, reason, run_id, made_at, undoes_correction_id,
       undone_by_correction_id
FROM ledger.correction
ORDER BY correction_id DESC
LIMIT $limit
