-- Grain: one export that replaced its file.
INSERT INTO ledger.treasury_export
SELECT (SELECT coalesce(max(export_id), 0) + 1 FROM ledger.treasury_export), $export_kind, $file_name, $export_form, $since,
       $byte_count, $row_count, $replaced_character_count, $cut_value_count,
       (SELECT coalesce(max(version), 0) FROM ledger.reference_file), $run_id, $now
