-- Grain: one thing that is not as a correction left it: an entry that it made, or let count again, and that is reversed; one that it
-- reversed and that is not, or by another reversal; an import that it deleted and that stands, or the other way round. With the
-- correction that turned it last. Inputs: ledger.correction_effect, ledger.journal_entry, ledger.reversed_entry,
-- ledger.file_import; $correction_id. Of very many entries the first hundred. Order: name.
WITH mine AS (
    SELECT effect.effect_kind, effect.object_id, effect.other_id, entry.reverses_entry_id
    FROM ledger.correction_effect AS effect
    LEFT JOIN ledger.journal_entry AS entry
           ON entry.entry_id = effect.object_id AND effect.effect_kind IN ('entry_made', 'entry_reversed')
    WHERE effect.correction_id = $correction_id
), entry AS (
    -- reversal_entry_id is what must reverse the entry now; null where nothing may.
    SELECT object_id AS entry_id, CAST(NULL AS BIGINT) AS reversal_entry_id
    FROM mine WHERE effect_kind = 'entry_made' AND reverses_entry_id IS NULL
    UNION ALL
    SELECT reverses_entry_id, NULL FROM mine WHERE effect_kind = 'entry_reversed' AND reverses_entry_id IS NOT NULL
    UNION ALL
    SELECT object_id, other_id FROM mine WHERE effect_kind = 'entry_reversed' AND reverses_entry_id IS NULL
), turned AS (
    SELECT entry.entry_id, entry.reversal_entry_id
    FROM entry
    LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = entry.entry_id
    WHERE reversed.reversal_entry_id IS DISTINCT FROM entry.reversal_entry_id
    ORDER BY entry.entry_id
    LIMIT 100
)
SELECT 'entry ' || turned.entry_id AS name,
       (SELECT max(effect.correction_id) FROM ledger.correction_effect AS effect
        WHERE effect.effect_kind = 'entry_reversed'
          AND effect.object_id IN (turned.entry_id, turned.reversal_entry_id)) AS correction_id
FROM turned
UNION ALL
SELECT 'I' || import.import_id,
       (SELECT max(effect.correction_id) FROM ledger.correction_effect AS effect
        WHERE effect.effect_kind IN ('import_deleted', 'import_restored') AND effect.object_id = import.import_id)
FROM mine
JOIN ledger.file_import AS import ON import.import_id = mine.object_id
WHERE mine.effect_kind IN ('import_deleted', 'import_restored')
  AND (mine.effect_kind = 'import_deleted') <> (import.status = 'deleted')
ORDER BY name
