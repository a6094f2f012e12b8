-- Grain: one answer about an IBAN that a correction gave or withdrew, with how many documents of which it speaks are registered or to
-- register, and their open items that may be paid and that are held because of an IBAN, as the ledger stands; expected says why the IBAN was
-- asked about, registry_iban is what the treasury is given. Inputs: ledger.counterparty, ledger.reference_file, ledger.correction_effect, ledger.iban_answer, ledger.doubtful_iban,
-- ledger.document, ledger.registration, ledger.open_item; $correction_id. Order: answer_id.
SELECT answer.document_id, answer.counterparty_code, answer.iban, answer.is_confirmed, effect.effect_kind = 'iban_answered' AS is_given,
       (SELECT expected FROM ledger.doubtful_iban AS doubt
        WHERE doubt.document_id = answer.document_id AND doubt.iban = answer.iban) AS expected,
       (SELECT nullif(iban, '') FROM ledger.counterparty AS registry
        WHERE registry.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
          AND registry.counterparty_code = answer.counterparty_code) AS registry_iban,
       count(DISTINCT document.document_id) AS document_count,
       count(DISTINCT item.item_id) FILTER (item.hold_reason IS NULL) AS payable_item_count,
       count(DISTINCT item.item_id) FILTER (item.hold_reason = 'iban') AS held_item_count
FROM ledger.correction_effect AS effect
JOIN ledger.iban_answer AS answer ON answer.answer_id = effect.object_id
LEFT JOIN (
    SELECT doubt.iban, document.document_id, document.counterparty_code
    FROM ledger.doubtful_iban AS doubt JOIN ledger.document AS document USING (document_id)
    WHERE document.status IN ('registered', 'to_register')
) AS document
       ON document.iban = answer.iban
      AND CASE WHEN answer.is_confirmed THEN document.counterparty_code = answer.counterparty_code ELSE document.document_id = answer.document_id END
LEFT JOIN ledger.registration AS registration ON registration.document_id = document.document_id AND registration.undone_at IS NULL
LEFT JOIN ledger.open_item AS item ON item.opened_by_entry_id = registration.entry_id AND item.status = 'open'
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('iban_answered', 'iban_answer_withdrawn')
GROUP BY answer.answer_id, answer.document_id, answer.counterparty_code, answer.iban, answer.is_confirmed, effect.effect_kind
ORDER BY answer.answer_id
