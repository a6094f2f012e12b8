-- Grain: one delivered file, with how many of its documents are registered now. Inputs: ledger.document; $import_id.
UPDATE ledger.file_import
SET posted_movement_count = (SELECT count(*) FROM ledger.document WHERE import_id = $import_id AND status = 'registered')
WHERE import_id = $import_id
