-- Grain: one correction that another undoes. Inputs: $correction_id, $undone_by_correction_id.
UPDATE ledger.correction SET undone_by_correction_id = $undone_by_correction_id WHERE correction_id = $correction_id
