-- Grain: one row, the number of open findings of the reference files: while there are any, the last good files are in force.
-- Input: ledger.finding.
SELECT count(*) FROM ledger.finding WHERE import_id IS NULL AND resolution IS NULL
