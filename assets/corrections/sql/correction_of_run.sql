-- Grain: the correction that a run made. Input: ledger.correction; $run_id.
SELECT correction_id FROM ledger.correction WHERE run_id = $run_id
