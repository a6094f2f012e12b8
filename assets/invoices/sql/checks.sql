-- Checks over what is registered.

-- name: check_registered_once
-- Grain: one registration in force that may be owed twice: its document has the identity of an earlier one in force
-- (company, supplier, number, year, invoice or credit note), or names it as the invoice that it corrects (UNTDID 1001:
-- 384, 472) although that is not credited in full; unless a person said that both stand. Registrations made before
-- documents had this identity may be so, and a correction whose original lost its credit note. Inputs:
-- credited_document, ledger.registration, ledger.document, ledger.open_item, ledger.document_answer. Order: newest
-- first.
WITH standing AS (
    SELECT registration.registration_id, registration.identity_key, registration.entry_id, document.document_id,
           document.company_code,
           document.counterparty_code, document.document_number, document.identity_number, document.document_date,
           document.payable_amount,
           document.currency_code, document.is_credit_note, document.corrected_numbers
    FROM ledger.registration AS registration
    JOIN ledger.document AS document USING (document_id)
    WHERE registration.undone_at IS NULL
), repeated AS (
    SELECT identity_key FROM standing GROUP BY identity_key HAVING count(*) > 1
), pair AS (
    SELECT later.document_id, earlier.document_id AS first_document_id, ['same', 'other'] AS answers
    FROM standing AS later
    SEMI JOIN repeated USING (identity_key)
    JOIN standing AS earlier ON earlier.identity_key = later.identity_key AND earlier.document_id < later.document_id
    UNION ALL
    SELECT correction.document_id, original.document_id, ['instead', 'in-addition']
    FROM (SELECT *, unnest(corrected_numbers) AS number FROM standing WHERE corrected_numbers IS NOT NULL) AS correction
    JOIN standing AS original USING (company_code, counterparty_code)
    LEFT JOIN credited_document() AS credit ON credit.document_id = original.document_id
    WHERE original.identity_number = correction.number AND original.document_id <> correction.document_id
      AND NOT original.is_credit_note
      AND coalesce(credit.credited_amount < abs(original.payable_amount), true)
      AND coalesce(year(original.document_date) <= year(correction.document_date), true)
), asked AS (
    SELECT * FROM pair
    WHERE NOT EXISTS (SELECT 1 FROM ledger.document_answer AS answer
                      WHERE answer.answer <> 'same' AND answer.undone_at IS NULL
                        AND (answer.document_id = pair.document_id AND answer.other_document_id = pair.first_document_id
                             OR answer.document_id = pair.first_document_id
                             AND answer.other_document_id = pair.document_id))
    QUALIFY row_number() OVER (PARTITION BY document_id ORDER BY first_document_id) = 1
)
SELECT 'D' || later.document_id AS document, 'D' || asked.first_document_id AS first_document, later.company_code,
       later.counterparty_code,
       later.document_number, earlier.document_number AS first_number, later.document_date, later.payable_amount,
       later.currency_code,
       (SELECT string_agg(open_item_key || ' ' || status, ', ' ORDER BY open_item_key) FROM ledger.open_item AS item
        WHERE item.opened_by_entry_id = later.entry_id) AS items,
       '`partita ' || asked.answers[1] || ' D' || later.document_id || ' D' || asked.first_document_id
           || ' --reason ...`, `partita ' || asked.answers[2]
       || ' D' || later.document_id || ' D' || asked.first_document_id || ' --reason ...`' AS remedy
FROM asked
JOIN standing AS later USING (document_id)
JOIN standing AS earlier ON earlier.document_id = asked.first_document_id
ORDER BY later.document_id DESC

-- name: check_older_rules
-- Grain: one registered document that older rules read, and of which nobody knows yet whether the present ones read the
-- same. What was purged cannot be read again, and is no row. Inputs: ledger.reference_file, ledger.registration,
-- ledger.document, ledger.delivered_file, ledger.delivery, ledger.purge, ledger.setting (in force); $rules_version,
-- $default_zone. Order: document.
WITH zone AS (
    SELECT coalesce(max(setting_value), $default_zone) AS time_zone
    FROM ledger.setting
    WHERE setting_name = 'time_zone'
      AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'settings.csv')
), kept AS (
    SELECT part.import_id
    FROM ledger.delivered_file AS part
    JOIN ledger.delivery AS delivery USING (delivery_id)
    CROSS JOIN zone
    WHERE delivery.status <> 'done'
       OR coalesce(day_in(zone.time_zone,
                          delivery.received_at) >= (SELECT max(received_before_date) FROM ledger.purge), true)
)
SELECT 'D' || document.document_id AS document, registration.company_code, registration.counterparty_code,
       document.document_number,
       document.document_date, document.payable_amount, document.currency_code, registration.rules_version
FROM ledger.registration AS registration
JOIN ledger.document AS document USING (document_id)
WHERE registration.undone_at IS NULL AND registration.rules_version < $rules_version
  AND document.import_id IN (SELECT import_id FROM kept)
ORDER BY document.document_id
