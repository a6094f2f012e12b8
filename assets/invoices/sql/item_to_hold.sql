-- Grain: one item of a registered document that is held, or not any more, as its IBANs are answered. Inputs: iban_doubt,
-- ledger.registration, ledger.open_item. What is held for another reason stays so; what is held without a doubt (a registration that came
-- back, whose document was judged anew since) is held no more.
SELECT item.item_id, CASE WHEN doubt.is_held THEN 'iban' END AS hold_reason
FROM (
    SELECT registration.entry_id, coalesce(bool_or(doubt.is_holding AND doubt.is_open), false) AS is_held
    FROM ledger.registration AS registration
    LEFT JOIN iban_doubt AS doubt USING (document_id)
    WHERE registration.undone_at IS NULL
      AND (doubt.document_id IS NOT NULL OR registration.entry_id IN (SELECT opened_by_entry_id FROM ledger.open_item WHERE hold_reason = 'iban'))
    GROUP BY registration.entry_id
) AS doubt
JOIN ledger.open_item AS item ON item.opened_by_entry_id = doubt.entry_id
WHERE item.origin = 'invoice' AND coalesce(item.hold_reason, 'iban') = 'iban' AND (item.hold_reason IS NOT NULL) <> doubt.is_held
