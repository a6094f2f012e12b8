-- Grain: one status of the imports of one kind. Input: ledger.file_import. Order: traces before e-invoices, status.
SELECT status, count(*) AS import_count, source_kind
FROM ledger.file_import
GROUP BY status, source_kind
ORDER BY source_kind DESC, status
