-- Grain: one error of a sync that is about no single invoice, of the journal of decisions; what is there already stays once. Inputs: restored,
-- ledger.sync_problem.
INSERT INTO ledger.sync_problem BY NAME
SELECT restored.*
FROM restored
ANTI JOIN ledger.sync_problem AS known
       ON known.company_code = restored.company_code AND known.error_code = restored.error_code
      AND known.found_at = CAST(restored.found_at AS TIMESTAMP) AND known.error_detail = restored.error_detail
