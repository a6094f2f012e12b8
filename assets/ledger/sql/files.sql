-- Imports by their names, numbers and contents.

-- name: import_by_key
-- Grain: the one import with this partition key. Inputs: ledger.file_import; $partition_key.
SELECT * FROM ledger.file_import WHERE partition_key = $partition_key

-- name: import_by_content
-- Grain: the first import of this kind and content under another partition key that stands in the ledger (D12). Inputs:
-- ledger.file_import, ledger.import_attempt.
SELECT import_id, source_file, partition_key,
       coalesce((SELECT min(attempted_at) FROM ledger.import_attempt AS tried
                 WHERE tried.import_id = import.import_id), imported_at) AS taken_at
FROM ledger.file_import AS import
WHERE source_kind = $source_kind AND content_sha256 = $content_sha256 AND partition_key <> $partition_key
  AND status IN ('posted', 'incomplete', 'failed') AND repeats_import_id IS NULL
ORDER BY import_id
LIMIT 1

-- name: import_by_number
-- Grain: one import by its number, with the first delivery that held its file; null where no delivery did. Inputs:
-- ledger.file_import, ledger.delivered_file, ledger.delivery; $import_id.
SELECT import.partition_key, delivery.delivery_key
FROM ledger.file_import AS import
LEFT JOIN ledger.delivery AS delivery
       ON delivery.delivery_id = (SELECT min(delivery_id) FROM ledger.delivered_file AS file
                                  WHERE file.import_id = import.import_id)
WHERE import.import_id = $import_id

-- name: known_import
-- Grain: one import of a kind among the keys asked for. Inputs: ledger.file_import; $source_kind, $keys.
SELECT import_id, partition_key, source_file, status, content_sha256, closed_by, closed_reason
FROM ledger.file_import
WHERE source_kind = $source_kind AND partition_key IN (SELECT unnest($keys))

-- name: repeated_drop
-- Grain: one file that was dropped again, with name and content as before (D12): a remark on its import. A message of
-- the exchange system may come as often as it likes. Inputs: ledger.file_import, ledger.finding, ledger.import_attempt.
SELECT import_id, attempt,
       (SELECT coalesce(max(ordinal), 0) + 1 FROM ledger.finding AS earlier
        WHERE earlier.import_id = import.import_id AND earlier.attempt = import.attempt) AS ordinal,
       source_file, $finding_code AS finding_code, 'WARN' AS severity, source_file AS raw_value,
       said('file_not_imported', {
           'moment': strftime(coalesce((SELECT min(attempted_at) FROM ledger.import_attempt AS tried
                                        WHERE tried.import_id = import.import_id), imported_at), '%Y-%m-%d %H:%M'),
           'import': 'I' || import_id}) AS expected,
       $now AS found_at
FROM ledger.file_import AS import
WHERE partition_key = $partition_key AND reader_name IS DISTINCT FROM 'exchange_message'

-- name: deleted_import
-- Grain: the import of this file that was deleted last; no row where the file stands in the ledger again. Inputs:
-- ledger.file_import; $source_kind, $partition_key.
SELECT deleted.partition_key
FROM ledger.file_import AS deleted
WHERE deleted.source_kind = $source_kind AND deleted.status = 'deleted'
  AND deleted.partition_key = $partition_key || '#' || deleted.import_id
  AND NOT EXISTS (SELECT 1 FROM ledger.file_import AS again WHERE again.partition_key = $partition_key)
ORDER BY deleted.import_id DESC
LIMIT 1

-- name: deletions_of_file
-- Grain: one file among the keys asked for whose import was deleted, with how often. Inputs: ledger.file_import;
-- $source_kind, $keys.
SELECT split_part(partition_key, '#', 1) AS partition_key, count(*) AS deletion_count
FROM ledger.file_import
WHERE source_kind = $source_kind AND status = 'deleted' AND split_part(partition_key, '#', 1) IN (SELECT unnest($keys))
GROUP BY ALL

-- name: failed_import
-- Grain: one import of a kind that is not closed, oldest first. Inputs: ledger.file_import; $source_kind.
SELECT partition_key, source_file, status, error_count
FROM ledger.file_import
WHERE source_kind = $source_kind AND status IN ('failed', 'incomplete')
ORDER BY import_id

-- name: import_with_findings
-- Grain: one import with open findings, oldest first. Inputs: ledger.file_import, ledger.finding.
SELECT partition_key
FROM ledger.file_import AS import
WHERE EXISTS (
    SELECT 1 FROM ledger.finding AS finding
    WHERE finding.import_id = import.import_id AND finding.attempt = import.attempt AND finding.resolution IS NULL)
ORDER BY import_id

-- name: unfinished_repeated
-- Grain: the import that the one of this partition key repeats, if something or all is kept out of it (D12). Inputs:
-- ledger.file_import; $partition_key.
SELECT repeated.import_id
FROM ledger.file_import AS import
JOIN ledger.file_import AS repeated ON repeated.import_id = import.repeats_import_id
WHERE import.partition_key = $partition_key AND import.status = 'repeated'
  AND repeated.status IN ('incomplete', 'failed')

-- name: superseded_import
-- Grain: one failed or incomplete import of a kind none of whose errors is open any more, since other files mended the
-- last of them. One that is incomplete without errors is to be rerun: what it had left out was deleted, or a question
-- was answered. Inputs: ledger.file_import, ledger.finding; $source_kind, $import_id (left out).
SELECT import_id, partition_key
FROM ledger.file_import AS import
WHERE source_kind = $source_kind AND status IN ('failed', 'incomplete') AND import_id <> $import_id
  AND NOT EXISTS (
      SELECT 1 FROM ledger.finding AS finding
      WHERE finding.import_id = import.import_id AND finding.attempt = import.attempt
        AND finding.resolution IS NULL AND finding.severity = 'ERROR')
  AND EXISTS (
      SELECT 1 FROM ledger.finding AS finding
      WHERE finding.import_id = import.import_id AND finding.attempt = import.attempt
        AND finding.resolution = 'superseded' AND finding.severity = 'ERROR')
ORDER BY import_id

-- name: import_totals
-- Grain: one row: what this import has in the ledger now. Inputs: ledger.posting, ledger.journal_entry,
-- ledger.reversed_entry, ledger.withdrawn_movement. A movement that waits for an answer again is not posted; its
-- postings stay.
SELECT (SELECT count(*) FROM ledger.journal_entry ANTI JOIN ledger.withdrawn_movement USING (entry_id)
        WHERE import_id = $import_id) AS posted_movement_count,
       count(*) AS posting_count,
       count(*) FILTER (is_linked) AS linked_posting_count,
       count(*) FILTER (unlinked_reason IS NOT NULL AND reversed.entry_id IS NULL) AS unlinked_posting_count,
       coalesce(sum(debit_amount), 0) AS debit_total,
       coalesce(sum(credit_amount), 0) AS credit_total
FROM ledger.posting
LEFT JOIN ledger.reversed_entry AS reversed USING (entry_id)
WHERE import_id = $import_id

-- name: next_attempt
-- Grain: one row: the number of the attempt at an import that begins now. Input: ledger.file_import; $import_id.
SELECT attempt + 1 FROM ledger.file_import WHERE import_id = $import_id
