-- Grain: one status of imports. Input: ledger.file_import. Order: status.
SELECT status, count(*) AS import_count
FROM ledger.file_import
GROUP BY status
ORDER BY status
