-- Grain: one settlement by somebody else that stands in the way of deleting the target entries: it settles an item that
-- they opened, or a person linked a posting of theirs. correction_id is the newest correction that made it and stands; null
-- where a trace did. has_further: its line made further postings (withholding, VAT, exchange difference). Inputs: target
-- (entries), ledger.settlement, ledger.open_item, ledger.correction, ledger.correction_effect, ledger.posting_rule_use.
-- Order: settlement_id.
WITH found AS (
    SELECT settlement.settlement_id, settlement.item_id, settlement.entry_id, settlement.line_number, settlement.import_id,
           item.company_code, item.open_item_key
    FROM ledger.settlement AS settlement
    JOIN ledger.open_item AS item USING (item_id)
    LEFT JOIN target AS own ON own.id = settlement.entry_id
    LEFT JOIN target AS opener ON opener.id = item.opened_by_entry_id
    WHERE settlement.undone_at IS NULL
      AND ((opener.id IS NOT NULL AND own.id IS NULL) OR (own.id IS NOT NULL AND settlement.import_id IS NULL))
), made AS (
    SELECT found.settlement_id, max(effect.correction_id) AS correction_id
    FROM found
    JOIN ledger.correction_effect AS effect ON effect.object_id = found.settlement_id AND effect.effect_kind = 'settlement_made'
    JOIN ledger.correction USING (correction_id)
    WHERE found.import_id IS NULL AND correction.undone_by_correction_id IS NULL
    GROUP BY found.settlement_id
)
SELECT found.settlement_id, found.entry_id, found.line_number, found.company_code, found.open_item_key, made.correction_id,
       correction.correction_kind,
       found.import_id IS NOT NULL
       AND EXISTS (SELECT 1 FROM ledger.posting_rule_use AS rule
               WHERE rule.entry_id = found.entry_id AND rule.is_generated
                 AND (rule.source_line_number = found.line_number OR rule.line_number = found.line_number)) AS has_further
FROM found
LEFT JOIN made USING (settlement_id)
LEFT JOIN ledger.correction AS correction ON correction.correction_id = made.correction_id
ORDER BY found.settlement_id
