-- Grain: one entry of an import whose movement stands. Inputs: ledger.imported_movement; $import_id.
SELECT entry_id FROM ledger.imported_movement WHERE import_id = $import_id
