-- Grain: one settlement that stands, of the target items, with the newest correction that made it and stands itself, or the import
-- that brought it. Inputs: target (items), ledger.settlement, ledger.open_item, ledger.correction_effect, ledger.correction,
-- ledger.file_import. Order: settlement_id.
WITH made AS (
    SELECT effect.object_id AS settlement_id, max(effect.correction_id) AS correction_id
    FROM ledger.correction_effect AS effect
    JOIN ledger.correction USING (correction_id)
    WHERE effect.effect_kind = 'settlement_made' AND correction.undone_by_correction_id IS NULL
    GROUP BY effect.object_id
)
SELECT item.company_code || ':' || item.open_item_key AS name, settlement.entry_id, settlement.line_number, settlement.settlement_date,
       CASE WHEN settlement.import_id IS NULL THEN made.correction_id END AS correction_id, import.import_id, import.source_file
FROM ledger.settlement AS settlement
JOIN target ON target.id = settlement.item_id
JOIN ledger.open_item AS item USING (item_id)
LEFT JOIN made USING (settlement_id)
LEFT JOIN ledger.file_import AS import ON import.import_id = settlement.import_id
WHERE settlement.undone_at IS NULL
ORDER BY settlement.settlement_id
