-- Grain: one finding of an import that stands again. Inputs: $import_id.
SELECT rowid AS finding_row FROM ledger.finding WHERE import_id = $import_id AND resolution = 'deleted'
