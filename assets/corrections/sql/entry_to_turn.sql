-- Grain: one entry whose reversal takes back what a correction did: an entry that it made and that counts; an entry that it let
-- count again; the reversal in force of an entry that it reversed. Inputs: ledger.correction_effect, ledger.journal_entry,
-- ledger.reversed_entry; $correction_id. Order: entry_id.
WITH effect AS (
    SELECT effect.effect_kind, entry.entry_id, entry.entry_kind, entry.reverses_entry_id
    FROM ledger.correction_effect AS effect
    JOIN ledger.journal_entry AS entry ON entry.entry_id = effect.object_id
    WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('entry_made', 'entry_reversed')
), wanted AS (
    SELECT effect.entry_id FROM effect WHERE effect_kind = 'entry_made' AND entry_kind <> 'reversal'
    UNION
    SELECT effect.reverses_entry_id FROM effect WHERE effect_kind = 'entry_reversed' AND entry_kind = 'reversal'
)
SELECT wanted.entry_id FROM wanted ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = wanted.entry_id
UNION
SELECT reversed.reversal_entry_id
FROM effect
JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = effect.entry_id
WHERE effect.effect_kind = 'entry_reversed' AND effect.entry_kind <> 'reversal'
ORDER BY 1
