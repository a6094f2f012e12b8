-- What a finding is about stands in a column of its kind. movement_reference held three: the numerator, year and entry of a movement of a
-- trace; the document_id of an e-invoice; and what names a sales invoice (sales_key: its reference or, where its day cannot be read, its
-- key without a year), with the transmission (transmission_key) where a message of the exchange system is about it.
ALTER TABLE ledger.finding ADD COLUMN document_id BIGINT;
ALTER TABLE ledger.finding ADD COLUMN sales_key VARCHAR;
ALTER TABLE ledger.finding ADD COLUMN transmission_key VARCHAR;

UPDATE ledger.finding
SET sales_key = CASE WHEN contains(movement_reference, '/') THEN split_part(movement_reference, '/', 1) END,
    transmission_key = substr(movement_reference, strpos(movement_reference, '/') + 1), movement_reference = NULL
WHERE finding_code IN ('sales_rejected_by_exchange', 'sales_refused_by_customer', 'exchange_message_unmatched')
  AND movement_reference IS NOT NULL;

UPDATE ledger.finding
SET sales_key = finding.movement_reference, movement_reference = NULL
FROM ledger.file_import AS import
WHERE import.import_id = finding.import_id AND import.source_kind = 'sales' AND finding.movement_reference IS NOT NULL;

UPDATE ledger.finding
SET document_id = CAST(finding.movement_reference AS BIGINT), movement_reference = NULL
FROM ledger.file_import AS import
WHERE import.import_id = finding.import_id AND import.source_kind = 'invoice'
  AND TRY_CAST(finding.movement_reference AS BIGINT) IS NOT NULL;
