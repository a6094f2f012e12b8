-- Grain: one import with open findings, oldest first. Inputs: ledger.file_import, ledger.finding.
SELECT partition_key
FROM ledger.file_import AS import
WHERE EXISTS (
    SELECT 1 FROM ledger.finding AS finding
    WHERE finding.import_id = import.import_id AND finding.attempt = import.attempt AND finding.resolution IS NULL)
ORDER BY import_id
