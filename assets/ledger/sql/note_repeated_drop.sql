-- Grain: one file that was dropped again, with name and content as before (D12): a remark on its import. A message of the
-- exchange system may come as often as it likes.
INSERT INTO ledger.finding
SELECT import_id, attempt,
       (SELECT coalesce(max(ordinal), 0) + 1 FROM ledger.finding AS earlier
        WHERE earlier.import_id = import.import_id AND earlier.attempt = import.attempt),
       source_file, NULL, NULL, NULL, NULL, $finding_code, 'WARN', source_file,
       'a file that was not imported before; it was taken ' || strftime(coalesce(
           (SELECT min(attempted_at) FROM ledger.import_attempt AS tried WHERE tried.import_id = import.import_id), imported_at
       ), '%Y-%m-%d %H:%M')
       || ' UTC as I' || import_id,
       $remedy, NULL, NULL, NULL, $now, NULL, NULL, NULL, NULL
FROM ledger.file_import AS import
WHERE partition_key = $partition_key AND reader_name IS DISTINCT FROM 'exchange_message'
