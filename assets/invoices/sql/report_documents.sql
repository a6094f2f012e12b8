-- Grain: one document of an e-invoice. Inputs: ledger.document, ledger.file_import, ledger.delivered_file,
-- ledger.delivery, ledger.registration, ledger.finding, ledger.counterparty (in force). Parameters (null = all): status,
-- delivery (a key), document_ids. expected and remedy are those of the first open finding, errors before warnings. A file
-- that was delivered twice counts to its first delivery.
WITH chosen AS (
    SELECT * FROM ledger.document AS document
    WHERE ($status IS NULL OR status = $status)
      AND ($document_ids IS NULL OR list_contains(CAST($document_ids AS BIGINT[]), document_id))
      AND ($delivery IS NULL
           OR import_id IN (SELECT import_id FROM ledger.delivered_file JOIN ledger.delivery USING (delivery_id)
                            WHERE delivery_key = $delivery))
), advice AS (
    SELECT finding.import_id, finding.movement_reference, finding.expected, finding.remedy
    FROM ledger.finding AS finding
    WHERE finding.resolution IS NULL AND finding.movement_reference IS NOT NULL
      AND finding.import_id IN (SELECT import_id FROM chosen)
    QUALIFY row_number() OVER (PARTITION BY finding.import_id, finding.movement_reference
                               ORDER BY finding.severity, finding.ordinal) = 1
), delivered AS (
    SELECT import_id, min(delivery_id) AS delivery_id
    FROM ledger.delivered_file
    WHERE import_id IN (SELECT import_id FROM chosen)
    GROUP BY import_id
)
SELECT chosen.document_id, chosen.status, file_import.source_file, chosen.position, delivery.delivery_key,
       chosen.company_code, chosen.counterparty_code, chosen.supplier_name, chosen.supplier_vat_number,
       chosen.document_type, chosen.is_credit_note, chosen.document_number, chosen.document_date,
       chosen.received_at, chosen.currency_code, chosen.total_amount, chosen.payable_amount, chosen.reason_codes,
       advice.expected, advice.remedy, registration.entry_id, chosen.closed_at, chosen.closed_by,
       chosen.closed_reason, party.counterparty_name, 'I' || chosen.import_id AS import_number
FROM chosen
JOIN ledger.file_import USING (import_id)
LEFT JOIN delivered USING (import_id)
LEFT JOIN ledger.delivery AS delivery USING (delivery_id)
LEFT JOIN ledger.registration AS registration
       ON registration.document_id = chosen.document_id AND registration.undone_at IS NULL
LEFT JOIN advice
       ON advice.import_id = chosen.import_id AND advice.movement_reference = CAST(chosen.document_id AS VARCHAR)
LEFT JOIN ledger.counterparty AS party
       ON party.counterparty_code = chosen.counterparty_code
      AND party.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
