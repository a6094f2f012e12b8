-- Grain: one open item of which another amount is left than the treasury can know: what was exported less what traces
-- have settled since. An item that a trace closed or reduced is no row here, since the treasury paid it. Inputs:
-- ledger.exported_item, ledger.open_item, ledger.settlement, ledger.file_import, ledger.treasury_export.
WITH last_export AS (
    SELECT max(exported_at) AS exported_at FROM ledger.treasury_export WHERE export_kind = 'open_items'
),
paid AS (
    SELECT settlement.item_id, sum(settlement.amount) AS paid_amount
    FROM ledger.settlement
    JOIN ledger.file_import AS import ON import.import_id = settlement.import_id AND import.source_kind = 'trace'
    WHERE settlement.undone_at IS NULL AND settlement.created_at > (SELECT exported_at FROM last_export)
    GROUP BY settlement.item_id
)
SELECT known.company_code, known.open_item_key,
       CASE WHEN item.status = 'closed' THEN 'closed otherwise' ELSE 'amount changed' END AS what_happened,
       known.account_code, known.currency_code, known.residual_amount AS exported_residual_amount,
       CAST(coalesce(paid.paid_amount, 0) AS DECIMAL(18,4)) AS paid_amount,
       item.original_amount - item.settled_amount AS residual_amount
FROM ledger.exported_item AS known
JOIN ledger.open_item AS item
    ON item.company_code = known.company_code AND item.open_item_key = known.open_item_key
   AND item.account_code = known.account_code AND item.side = known.side AND item.currency_code = known.currency_code
LEFT JOIN paid USING (item_id)
WHERE item.status <> 'withdrawn'
  AND item.original_amount - item.settled_amount <> known.residual_amount - coalesce(paid.paid_amount, 0)
ORDER BY known.company_code, known.open_item_key
