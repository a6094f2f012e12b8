-- Grain: one finding whose quotation is taken out. Input: given.
UPDATE ledger.finding AS finding SET raw_value = NULL FROM given WHERE finding.rowid = given.finding_row
