-- Grain: one import of which a correction changed a posting. Inputs: ledger.correction_effect, ledger.settlement,
-- ledger.journal_entry; $correction_id.
CREATE OR REPLACE TEMP TABLE touched_import AS
WITH effect AS (
    SELECT effect_kind, object_id FROM ledger.correction_effect WHERE correction_id = $correction_id
), entry AS (
    SELECT reversal.reverses_entry_id AS entry_id
    FROM effect JOIN ledger.journal_entry AS reversal ON reversal.entry_id = effect.object_id
    WHERE effect.effect_kind = 'entry_reversed' AND reversal.reverses_entry_id IS NOT NULL
    UNION
    SELECT object_id AS entry_id FROM effect WHERE effect_kind = 'entry_reversed'
    UNION
    SELECT settlement.entry_id
    FROM effect JOIN ledger.settlement ON settlement.settlement_id = effect.object_id
    WHERE effect.effect_kind IN ('settlement_made', 'settlement_undone')
    UNION
    SELECT item.opened_by_entry_id
    FROM effect JOIN ledger.open_item AS item ON item.item_id = effect.object_id
    WHERE effect.effect_kind IN ('item_opened', 'item_withdrawn')
)
SELECT DISTINCT journal.import_id
FROM entry
JOIN ledger.journal_entry AS journal USING (entry_id)
JOIN ledger.file_import AS import ON import.import_id = journal.import_id AND import.source_kind = 'trace'
