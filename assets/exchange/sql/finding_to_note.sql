-- Grain: one open finding that follows from messages and was never found before, whatever became of it. Inputs: message_finding,
-- finding_severity, ledger.finding, ledger.file_import; $now. It stands with the file of the message; movement_reference is the
-- invoice's reference and the transmission.
SELECT found.import_id, import.attempt,
       coalesce((SELECT max(earlier.ordinal) FROM ledger.finding AS earlier
                 WHERE earlier.import_id = found.import_id AND earlier.attempt = import.attempt), 0)
       + row_number() OVER (PARTITION BY found.import_id ORDER BY found.finding_code, found.document_number, found.finding_key) AS ordinal,
       import.source_file, found.field, found.finding_code, severity.severity, left(found.raw_value, 200) AS raw_value,
       coalesce(found.expected, severity.expected) AS expected, severity.remedy, found.company_code,
       found.document_number AS progressive, found.finding_key AS movement_reference, $now AS found_at
FROM message_finding AS found
JOIN finding_severity AS severity USING (finding_code)
JOIN ledger.file_import AS import ON import.import_id = found.import_id
WHERE NOT found.is_ended
  AND NOT EXISTS (SELECT 1 FROM ledger.finding AS known
                  WHERE known.finding_code = found.finding_code AND known.movement_reference = found.finding_key)
