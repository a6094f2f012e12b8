-- Grain: one finding about an IBAN of a document that was judged while it was confirmed, which it is no longer. Inputs: iban_doubt,
-- ledger.document, ledger.finding, ledger.file_import; $now. Ordinals go on behind those of the file.
INSERT INTO ledger.finding
SELECT import.import_id, import.attempt,
       (SELECT coalesce(max(ordinal), 0) FROM ledger.finding AS known WHERE known.import_id = import.import_id)
       + row_number() OVER (PARTITION BY import.import_id ORDER BY doubt.document_id, doubt.iban),
       import.source_file, document.position, NULL, NULL, 'payment.iban', 'R13', 'WARN', doubt.iban_text,
       doubt.expected, doubt.remedy, doubt.company_code, NULL, CAST(doubt.document_id AS VARCHAR), $now, NULL, NULL, NULL, NULL
FROM iban_doubt AS doubt
JOIN ledger.document AS document USING (document_id)
JOIN ledger.file_import AS import ON import.import_id = doubt.import_id
WHERE doubt.is_open
  AND NOT EXISTS (SELECT 1 FROM ledger.finding AS known
                  WHERE known.import_id = doubt.import_id AND known.movement_reference = CAST(doubt.document_id AS VARCHAR)
                    AND known.finding_code = 'R13' AND known.raw_value = doubt.iban_text
                    AND known.resolution IS DISTINCT FROM 'mended')
