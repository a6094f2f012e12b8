-- Grain: one delivered part of which nothing is left to do, with whether documents were read from it. A message of the
-- exchange system that an earlier Partita passed over (reader `message`) is read when it comes again. Inputs:
-- ledger.file_import, ledger.document.
SELECT import.partition_key,
       EXISTS (SELECT 1 FROM ledger.document AS document WHERE document.import_id = import.import_id) AS has_documents
FROM ledger.file_import AS import
WHERE import.source_kind = 'invoice' AND import.status IN ('posted', 'dismissed') AND import.reader_name IS DISTINCT FROM 'message'
