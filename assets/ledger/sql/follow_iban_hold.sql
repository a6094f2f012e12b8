-- Grain: one item of a registered document that is held, or not any more, as its IBANs are answered. Inputs: iban_doubt,
-- ledger.registration. What is held for another reason stays so.
UPDATE ledger.open_item AS item
SET hold_reason = CASE WHEN doubt.is_held THEN 'iban' END
FROM (
    SELECT registration.entry_id, bool_or(doubt.is_holding AND doubt.is_open) AS is_held
    FROM iban_doubt AS doubt
    JOIN ledger.registration AS registration ON registration.document_id = doubt.document_id AND registration.undone_at IS NULL
    GROUP BY registration.entry_id
) AS doubt
WHERE item.opened_by_entry_id = doubt.entry_id AND item.origin = 'invoice' AND coalesce(item.hold_reason, 'iban') = 'iban'
  AND (item.hold_reason IS NOT NULL) <> doubt.is_held
