-- Grain: one open item that a correction changed, before and after. An item that was opened or withdrawn has no residual on the
-- other side; one that was both and is open had all of another life left. What a file settled since its question was answered is
-- among it. Inputs: ledger.correction_effect, ledger.settlement,
-- ledger.open_item, ledger.item_life; $correction_id, $limit. Order: company, key.
WITH settled AS (
    SELECT item_id, sum(amount) AS amount
    FROM (
        SELECT settlement.item_id,
               CASE WHEN effect.effect_kind = 'settlement_made' THEN settlement.amount ELSE -settlement.amount END AS amount
        FROM ledger.correction_effect AS effect
        JOIN ledger.settlement AS settlement ON settlement.settlement_id = effect.object_id
        WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('settlement_made', 'settlement_undone')
        UNION ALL
        SELECT settlement.item_id, settlement.amount
        FROM ledger.correction_effect AS effect
        JOIN ledger.settlement AS settlement ON settlement.entry_id = effect.object_id
        WHERE effect.correction_id = $correction_id AND effect.effect_kind = 'movement_posted'
    )
    GROUP BY item_id
), turned AS (
    SELECT object_id AS item_id, bool_or(effect_kind = 'item_opened') AS is_opened, bool_or(effect_kind = 'item_withdrawn') AS is_withdrawn
    FROM ledger.correction_effect
    WHERE correction_id = $correction_id AND effect_kind IN ('item_opened', 'item_withdrawn')
    GROUP BY object_id
), other_life AS (
    SELECT item_id, max_by(original_amount, withdrawn_at) AS original_amount
    FROM ledger.item_life SEMI JOIN turned USING (item_id)
    GROUP BY item_id
)
SELECT item.company_code, item.account_code, item.open_item_key, item.currency_code,
       CASE WHEN turned.is_opened AND turned.is_withdrawn AND item.status <> 'withdrawn' THEN other_life.original_amount
            WHEN coalesce(turned.is_opened, false) THEN NULL
            ELSE CAST(item.original_amount - item.settled_amount + coalesce(settled.amount, 0) AS DECIMAL(18,4)) END AS residual_before,
       CASE WHEN turned.is_opened AND turned.is_withdrawn AND item.status <> 'withdrawn' THEN 'open'
            WHEN coalesce(turned.is_opened, false) THEN NULL
            WHEN item.settled_amount - coalesce(settled.amount, 0) = item.original_amount THEN 'closed' ELSE 'open' END AS status_before,
       CASE WHEN item.status = 'withdrawn' THEN NULL ELSE item.original_amount - item.settled_amount END AS residual_after,
       item.status AS status_after
FROM (SELECT item_id FROM settled UNION SELECT item_id FROM turned) AS touched
JOIN ledger.open_item AS item USING (item_id)
LEFT JOIN settled USING (item_id)
LEFT JOIN turned USING (item_id)
LEFT JOIN other_life USING (item_id)
ORDER BY item.company_code, item.open_item_key
LIMIT $limit
