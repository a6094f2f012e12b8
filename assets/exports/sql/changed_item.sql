-- Grain: one item of which the treasury, by the last export, and the ledger do not say the same, or of which traces have
-- settled something since. exported_* is what was exported (null: it was not), the others what is open with a residual
-- and not held now (null: nothing is); paid_amount is what traces have settled since. One comparison of all items serves the checks of what
-- the treasury knows, which look at these few alone, and the next export, which remembers these few anew. Inputs:
-- ledger.exported_item, ledger.open_item, ledger.settlement, ledger.file_import, ledger.treasury_export.
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
   OR known.currency_code IS DISTINCT FROM item.currency_code OR known.residual_amount IS DISTINCT FROM item.residual_amount
