-- Grain: one file that was dropped again, with name and content as before (D12): a remark on its import. A message of the
-- exchange system may come as often as it likes.
SELECT import_id, attempt,
       (SELECT coalesce(max(ordinal), 0) + 1 FROM ledger.finding AS earlier
        WHERE earlier.import_id = import.import_id AND earlier.attempt = import.attempt) AS ordinal,
       source_file, $finding_code AS finding_code, 'WARN' AS severity, source_file AS raw_value,
       'a file that was not imported before; it was taken ' || strftime(coalesce(
           (SELECT min(attempted_at) FROM ledger.import_attempt AS tried WHERE tried.import_id = import.import_id), imported_at
       ), '%Y-%m-%d %H:%M')
       || ' UTC as I' || import_id AS expected,
       $remedy AS remedy, $now AS found_at
FROM ledger.file_import AS import
WHERE partition_key = $partition_key AND reader_name IS DISTINCT FROM 'exchange_message'
