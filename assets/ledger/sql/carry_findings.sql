-- Grain: one finding that belongs to a later attempt. Input: given.
UPDATE ledger.finding AS finding SET attempt = given.attempt, ordinal = given.ordinal FROM given WHERE finding.rowid = given.finding_row
