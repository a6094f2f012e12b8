-- Grain: one finding of an earlier attempt of this import: the new attempt says what is still wrong.
SELECT rowid AS finding_row FROM ledger.finding WHERE import_id = $import_id AND attempt < $attempt AND resolution IS NULL
