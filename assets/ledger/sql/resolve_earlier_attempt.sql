-- Grain: one finding of an earlier attempt of this import: the new attempt says what is still wrong.
UPDATE ledger.finding
SET resolution = 'mended', resolved_at = $now, resolved_by = 'rerun'
WHERE import_id = $import_id AND attempt < $attempt AND resolution IS NULL
