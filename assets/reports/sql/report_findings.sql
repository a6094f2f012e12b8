-- Grain: one finding. Inputs: ledger.finding, ledger.file_import, ledger.document and ledger.sales_invoice (what the finding is about),
-- ledger.counterparty (in force). Parameters: file (null = all), import_id (null = all), is_all (false = only open ones). A
-- finding is open while it belongs to the file's last attempt and nothing resolved it. What ended with its attempt and was found
-- again by the following one was not mended.
SELECT finding.source_file, finding.line_number, finding.byte_start, finding.byte_end, finding.field,
       finding.finding_code, finding.severity, finding.raw_value, finding.expected, finding.remedy,
       file_import.partition_key, finding.progressive,
       coalesce(finding.company_code, document.company_code, invoice.company_code) AS company_code,
       CASE WHEN finding.resolution = 'mended' AND EXISTS (
           SELECT 1 FROM ledger.finding AS following
           WHERE following.import_id = finding.import_id AND following.attempt = finding.attempt + 1
             AND following.finding_code = finding.finding_code AND following.field IS NOT DISTINCT FROM finding.field
             AND following.line_number IS NOT DISTINCT FROM finding.line_number
             AND following.movement_reference IS NOT DISTINCT FROM finding.movement_reference)
            THEN 'again in attempt ' || (finding.attempt + 1) ELSE finding.resolution END AS resolution,
       coalesce(document.document_number, invoice.document_number) AS document_number,
       coalesce(document.counterparty_code, invoice.customer_code) AS counterparty_code,
       coalesce(party.counterparty_name, document.supplier_name, invoice.customer_name) AS counterparty_name, finding.found_at,
       finding.import_id, finding.attempt, finding.ordinal, coalesce(document.total_amount, invoice.total_amount) AS document_amount,
       'I' || finding.import_id AS import_number
FROM ledger.finding
LEFT JOIN ledger.file_import ON file_import.import_id = finding.import_id
LEFT JOIN ledger.document AS document
       ON document.import_id = finding.import_id AND CAST(document.document_id AS VARCHAR) = finding.movement_reference
LEFT JOIN ledger.sales_invoice AS invoice
       ON invoice.reference = split_part(finding.movement_reference, '/', 1) AND file_import.source_kind <> 'trace'
LEFT JOIN ledger.counterparty AS party
       ON party.counterparty_code = coalesce(document.counterparty_code, invoice.customer_code)
      AND party.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
WHERE ($is_all
       OR (finding.resolution IS NULL
           AND (finding.import_id IS NULL OR finding.attempt = file_import.attempt)))
  AND ($import_id IS NULL OR finding.import_id = $import_id)
  AND ($file IS NULL
        OR names_import($file, finding.import_id, file_import.partition_key, finding.source_file))
