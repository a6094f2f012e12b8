-- Grain: one export of a run, in their order. Input: ledger.treasury_export. Parameter: run_id.
SELECT export_id, export_kind, file_name, export_form, since_date, row_count, byte_count, exported_at
FROM ledger.treasury_export
WHERE run_id = $run_id
ORDER BY export_id
