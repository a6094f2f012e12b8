-- IBANs that a person has to confirm.

-- name: iban_doubt
-- Grain: one IBAN of a document that deserves a look, with the correction that answered (answered_by). is_open: nobody
-- did, and it does not stand in counterparties.csv either. Inputs: ledger.doubtful_iban, ledger.document,
-- iban_answer_of, ledger.counterparty, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE iban_doubt AS
WITH registry AS (
    SELECT counterparty_code, regexp_replace(upper(iban), '[^A-Z0-9]', '', 'g') AS iban
    FROM ledger.counterparty
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
), doubted AS (
    SELECT doubt.*, document.import_id, document.company_code, document.counterparty_code,
           iban_answer_of(doubt.document_id, document.counterparty_code, doubt.iban) AS answered_by
    FROM ledger.doubtful_iban AS doubt
    JOIN ledger.document AS document USING (document_id)
    WHERE document.status IN ('registered', 'to_register')
)
SELECT doubted.*, answered_by IS NULL AND registry.counterparty_code IS NULL AS is_open
FROM doubted
LEFT JOIN registry USING (counterparty_code, iban)

-- name: item_to_hold
-- Grain: one item of a registered document that is held, or not any more, as its IBANs are answered. Inputs:
-- iban_doubt, ledger.registration, ledger.open_item. What is held for another reason stays so; what is held without a
-- doubt (a registration that came back, whose document was judged anew since) is held no more.
SELECT item.item_id, CASE WHEN doubt.is_held THEN 'iban' END AS hold_reason
FROM (
    SELECT registration.entry_id, coalesce(bool_or(doubt.is_holding AND doubt.is_open), false) AS is_held
    FROM ledger.registration AS registration
    LEFT JOIN iban_doubt AS doubt USING (document_id)
    WHERE registration.undone_at IS NULL
      AND (doubt.document_id IS NOT NULL
           OR registration.entry_id IN (SELECT opened_by_entry_id FROM ledger.open_item WHERE hold_reason = 'iban'))
    GROUP BY registration.entry_id
) AS doubt
JOIN ledger.open_item AS item ON item.opened_by_entry_id = doubt.entry_id
WHERE item.origin = 'invoice' AND coalesce(item.hold_reason, 'iban') = 'iban'
  AND (item.hold_reason IS NOT NULL) <> doubt.is_held

-- name: iban_finding_to_turn
-- Grain: one finding about an IBAN (R13) that ends with an answer, or is open again without it. Inputs: ledger.finding,
-- iban_doubt; $now, $who, $reason.
SELECT finding.rowid AS finding_row
FROM iban_doubt AS doubt
JOIN ledger.finding AS finding
  ON finding.import_id = doubt.import_id AND finding.document_id = doubt.document_id
  AND finding.finding_code = 'R13'
WHERE doubt.is_open = $is_open
  AND (finding.raw_value = doubt.iban_text
       OR left(regexp_replace(upper(finding.raw_value), '[^A-Z0-9]', '', 'g'), 200) = doubt.iban)
  AND coalesce(finding.resolution, 'answered') = 'answered' AND (finding.resolution IS NULL) <> doubt.is_open

-- name: iban_finding_to_note
-- Grain: one finding about an IBAN of a document that was judged while it was confirmed, which it is no longer. Inputs:
-- iban_doubt, ledger.document, ledger.finding, ledger.file_import; $now. Ordinals go on behind those of the file.
SELECT import.import_id, import.attempt,
       (SELECT coalesce(max(ordinal), 0) FROM ledger.finding AS known WHERE known.import_id = import.import_id)
       + row_number() OVER (PARTITION BY import.import_id ORDER BY doubt.document_id, doubt.iban) AS ordinal,
       import.source_file, document.position AS line_number, 'payment.iban' AS field, 'R13' AS finding_code,
       'WARN' AS severity,
       doubt.iban_text AS raw_value, doubt.expected, doubt.remedy, doubt.company_code,
       doubt.document_id,
       $now AS found_at
FROM iban_doubt AS doubt
JOIN ledger.document AS document USING (document_id)
JOIN ledger.file_import AS import ON import.import_id = doubt.import_id
WHERE doubt.is_open
  AND NOT EXISTS (SELECT 1 FROM ledger.finding AS known
                  WHERE known.import_id = doubt.import_id
                    AND known.document_id = doubt.document_id
                    AND known.finding_code = 'R13' AND known.raw_value = doubt.iban_text
                    AND known.resolution IS DISTINCT FROM 'mended')

-- name: count_doubts_and_held
-- Grain: one row: how many IBANs deserve a look, and how many items are held for one. Inputs: iban_doubt,
-- ledger.open_item.
SELECT (SELECT count(*) FROM iban_doubt) + (SELECT count(*) FROM ledger.open_item WHERE hold_reason = 'iban')
