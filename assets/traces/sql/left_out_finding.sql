-- Grain: one open finding about movements that are left out, whose cause is gone: what brought them stands again. Inputs: $import_id,
-- $finding_code, $now, $who, $reason.
SELECT rowid AS finding_row FROM ledger.finding WHERE import_id = $import_id AND finding_code = $finding_code AND resolution IS NULL
