-- Grain: one export that replaced its file.
INSERT INTO ledger.treasury_export
SELECT $export_id, $export_kind, $file_name, $export_form, $since, $byte_count, $row_count,
       (SELECT coalesce(max(version), 0) FROM ledger.reference_file), $run_id, $now
