-- Grain: one file whose content came before under another name. Inputs: $import_id, $attempt, $source_file, $expected, $remedy, $now.
INSERT INTO ledger.finding
VALUES ($import_id, $attempt, 1, $source_file, NULL, NULL, NULL, NULL, 'sales_file_repeated', 'WARN', $source_file, $expected, $remedy,
        NULL, NULL, NULL, $now, NULL, NULL, NULL, NULL)
