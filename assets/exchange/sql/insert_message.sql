-- Grain: one message that the ledger does not have yet, in the order of the files. Inputs: message_found, ledger.file_import,
-- ledger.exchange_message; $now. The same message in two files of one delivery is one; the first brings it.
INSERT INTO ledger.exchange_message BY NAME
SELECT (SELECT coalesce(max(exchange_message_id), 0) FROM ledger.exchange_message)
       + row_number() OVER (ORDER BY import.import_id) AS exchange_message_id,
       found.content_sha256, import.import_id, found.message_kind, found.sdi_identifier, found.sdi_file_name,
       coalesce(sent_file_key(found.sdi_file_name),
                nullif(regexp_extract(sent_file_key(import.source_file), '^(.+)_[a-z]{2}_[0-9a-z]{1,3}$', 1), '')) AS file_key,
       found.outcome_code, found.document_number, found.document_year, found.detail, found.happened_at, $now AS received_at
FROM message_found AS found
JOIN ledger.file_import AS import ON import.partition_key = found.part_key
WHERE NOT EXISTS (SELECT 1 FROM ledger.exchange_message AS known WHERE known.content_sha256 = found.content_sha256)
QUALIFY row_number() OVER (PARTITION BY found.content_sha256 ORDER BY import.import_id) = 1
