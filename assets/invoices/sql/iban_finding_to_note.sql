-- Grain: one finding about an IBAN of a document that was judged while it was confirmed, which it is no longer. Inputs: iban_doubt,
-- ledger.document, ledger.finding, ledger.file_import; $now. Ordinals go on behind those of the file.
SELECT import.import_id, import.attempt,
       (SELECT coalesce(max(ordinal), 0) FROM ledger.finding AS known WHERE known.import_id = import.import_id)
       + row_number() OVER (PARTITION BY import.import_id ORDER BY doubt.document_id, doubt.iban) AS ordinal,
       import.source_file, document.position AS line_number, 'payment.iban' AS field, 'R13' AS finding_code, 'WARN' AS severity,
       doubt.iban_text AS raw_value, doubt.expected, doubt.remedy, doubt.company_code, CAST(doubt.document_id AS VARCHAR) AS movement_reference,
       $now AS found_at
FROM iban_doubt AS doubt
JOIN ledger.document AS document USING (document_id)
JOIN ledger.file_import AS import ON import.import_id = doubt.import_id
WHERE doubt.is_open
  AND NOT EXISTS (SELECT 1 FROM ledger.finding AS known
                  WHERE known.import_id = doubt.import_id AND known.movement_reference = CAST(doubt.document_id AS VARCHAR)
                    AND known.finding_code = 'R13' AND known.raw_value = doubt.iban_text
                    AND known.resolution IS DISTINCT FROM 'mended')
