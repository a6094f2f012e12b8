-- Grain: one finding. Input: given.
INSERT INTO ledger.finding BY NAME
SELECT * FROM given
