-- Grain: one import whose status and open findings are others now. Input: given; imported_at where it was looked at again.
UPDATE ledger.file_import AS import
SET status = given.status, error_count = given.error_count, warning_count = given.warning_count,
    imported_at = coalesce(given.imported_at, import.imported_at)
FROM given
WHERE import.import_id = given.import_id
