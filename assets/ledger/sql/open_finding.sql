-- Grain: one open finding that a person closed, with who and why.
SELECT rowid AS finding_row FROM ledger.finding WHERE import_id = $import_id AND resolution IS NULL
