-- Grain: one entry by hand that counts and stands in the stead of a payment of an import, with the newest correction that made it,
-- or let it count again, and stands itself. Inputs: ledger.payment_in_stead, ledger.journal_entry, ledger.reversed_entry,
-- ledger.correction, ledger.correction_effect; $import_id. Order: entry.
WITH made AS (
    SELECT made.entry_id, made.replaces_entry_id, made.replaces_line_number
    FROM ledger.payment_in_stead AS made
    JOIN ledger.journal_entry AS brought ON brought.entry_id = made.replaces_entry_id AND brought.import_id = $import_id
    ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.entry_id
), newest AS (
    SELECT made.entry_id, max(effect.correction_id) AS correction_id
    FROM made
    LEFT JOIN ledger.journal_entry AS undone ON undone.reverses_entry_id = made.entry_id
    JOIN ledger.correction_effect AS effect
      ON effect.effect_kind = 'entry_made' AND effect.object_id = made.entry_id
      OR effect.effect_kind = 'entry_reversed' AND effect.object_id = undone.entry_id
    JOIN ledger.correction USING (correction_id)
    WHERE correction.undone_by_correction_id IS NULL
    GROUP BY made.entry_id
)
SELECT made.entry_id, made.replaces_entry_id, made.replaces_line_number, correction.correction_id, correction.correction_kind
FROM made
JOIN newest USING (entry_id)
JOIN ledger.correction AS correction ON correction.correction_id = newest.correction_id
ORDER BY made.entry_id
