-- Grain: one file whose content came before under another name. Inputs: $import_id, $attempt, $source_file, $expected, $remedy, $now.
SELECT $import_id AS import_id, $attempt AS attempt, 1 AS ordinal, $source_file AS source_file, 'sales_file_repeated' AS finding_code,
       'WARN' AS severity, $source_file AS raw_value, $expected AS expected, $remedy AS remedy, $now AS found_at
