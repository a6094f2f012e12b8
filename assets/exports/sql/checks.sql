-- Checks over the export of open items.

-- name: changed_item
-- Grain: one item of which the treasury, by the last export, and the ledger do not say the same, or of which traces
-- have settled something since. exported_* is what was exported (null: it was not), the others what is open with a
-- residual and not held now (null: nothing is); paid_amount is what traces have settled since. One comparison of all
-- items serves the checks of what the treasury knows, which look at these few alone, and the next export, which
-- remembers these few anew. Inputs: ledger.exported_item, ledger.open_item, ledger.settlement, ledger.file_import,
-- ledger.treasury_export.
CREATE OR REPLACE TEMP TABLE changed_item AS
WITH item AS (
    SELECT company_code, open_item_key, account_code, side, currency_code,
           CAST(original_amount - settled_amount AS DECIMAL(18,4)) AS residual_amount
    FROM ledger.open_item
    WHERE status = 'open' AND original_amount > settled_amount AND hold_reason IS NULL
),
paid AS (
    SELECT paid_item.company_code, paid_item.open_item_key, sum(settlement.amount) AS paid_amount
    FROM ledger.settlement
    JOIN ledger.file_import AS import ON import.import_id = settlement.import_id AND import.source_kind = 'trace'
    JOIN ledger.open_item AS paid_item USING (item_id)
    WHERE settlement.undone_at IS NULL AND settlement.created_at > (
        SELECT max(exported_at) FROM ledger.treasury_export WHERE export_kind = 'open_items'
    )
    GROUP BY paid_item.company_code, paid_item.open_item_key
)
SELECT company_code, open_item_key,
       known.account_code AS exported_account_code, known.side AS exported_side,
       known.currency_code AS exported_currency_code, known.residual_amount AS exported_residual_amount,
       item.account_code, item.side, item.currency_code, item.residual_amount,
       CAST(coalesce(paid.paid_amount, 0) AS DECIMAL(18,4)) AS paid_amount
FROM ledger.exported_item AS known
FULL JOIN item USING (company_code, open_item_key)
LEFT JOIN paid USING (company_code, open_item_key)
WHERE paid.paid_amount IS NOT NULL
   OR known.account_code IS DISTINCT FROM item.account_code OR known.side IS DISTINCT FROM item.side
   OR known.currency_code IS DISTINCT FROM item.currency_code
   OR known.residual_amount IS DISTINCT FROM item.residual_amount

-- name: check_exported_items_gone
-- Grain: one open item that the treasury knows and must not pay: under its key a payment would end unlinked (D07), or
-- it is held since. Inputs: changed_item, ledger.open_item.
SELECT known.company_code, known.open_item_key,
       CASE WHEN item.item_id IS NULL OR item.status = 'withdrawn' THEN 'withdrawn'
            WHEN item.account_code <> known.exported_account_code THEN 'account changed'
            WHEN item.side <> known.exported_side THEN 'side changed'
            WHEN item.currency_code <> known.exported_currency_code THEN 'currency changed'
            ELSE 'held: ' || replace(item.hold_reason, '_', ' ') END AS what_happened,
       known.exported_account_code, item.account_code, known.exported_currency_code AS currency_code,
       known.exported_residual_amount
FROM changed_item AS known
LEFT JOIN ledger.open_item AS item
    ON item.company_code = known.company_code AND item.open_item_key = known.open_item_key
WHERE known.exported_account_code IS NOT NULL
  AND (item.item_id IS NULL OR item.status = 'withdrawn' OR item.account_code <> known.exported_account_code
       OR item.side <> known.exported_side OR item.currency_code <> known.exported_currency_code
       OR item.hold_reason IS NOT NULL AND item.status = 'open')
ORDER BY known.company_code, known.open_item_key

-- name: check_exported_items_differ
-- Grain: one open item of which another amount is left than the treasury can know: what was exported less what traces
-- have settled since. An item that a trace closed or reduced is no row here, since the treasury paid it. Inputs:
-- changed_item, ledger.open_item.
SELECT known.company_code, known.open_item_key,
       CASE WHEN item.status = 'closed' THEN 'closed otherwise' ELSE 'amount changed' END AS what_happened,
       item.account_code, item.currency_code, known.exported_residual_amount, known.paid_amount,
       item.original_amount - item.settled_amount AS residual_amount
FROM changed_item AS known
JOIN ledger.open_item AS item
    ON item.company_code = known.company_code AND item.open_item_key = known.open_item_key
   AND item.account_code = known.exported_account_code AND item.side = known.exported_side
   AND item.currency_code = known.exported_currency_code
WHERE item.status <> 'withdrawn'
  AND item.original_amount - item.settled_amount <> known.exported_residual_amount - known.paid_amount
ORDER BY known.company_code, known.open_item_key
