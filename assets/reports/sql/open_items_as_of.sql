-- A table: the open items as they were valid on a day and known at a moment (UTC), one row an item. Inputs: ledger.open_item
-- (present lives), ledger.item_life (ended ones), ledger.settlement, ledger.journal_entry, ledger.company (in force). An item
-- is valid from the date of the entry that opened it, else from its document, else from the day on which it first came (in time_zone).
-- Invariant: lives of an item do not overlap, so that one at most is known at a moment.
CREATE OR REPLACE TEMP MACRO open_items_as_of(day, moment, time_zone) AS TABLE
WITH life AS (
    SELECT item_id, opened_at, CAST(NULL AS TIMESTAMP) AS withdrawn_at, opened_by_entry_id, account_code, side, document_number,
           document_date, due_date, currency_code, original_amount, original_amount_company_currency
    FROM ledger.open_item
    WHERE status <> 'withdrawn'
    UNION ALL
    SELECT item_id, opened_at, withdrawn_at, opened_by_entry_id, account_code, side, document_number, document_date, due_date,
           currency_code, original_amount, original_amount_company_currency
    FROM ledger.item_life
), come AS (
    SELECT item_id, min(day_in(time_zone, opened_at)) AS come_date FROM life GROUP BY item_id
), settled AS (
    SELECT item_id, sum(amount) AS amount, sum(amount_company_currency) AS company_amount
    FROM ledger.settlement
    WHERE settlement_date <= day AND created_at <= moment AND (undone_at IS NULL OR undone_at > moment)
    GROUP BY item_id
), company AS (
    SELECT company_code, currency_code
    FROM ledger.company
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
)
SELECT item.company_code, life.account_code, item.open_item_key, life.document_number, life.document_date, life.due_date,
       life.currency_code, life.original_amount, CAST(coalesce(settled.amount, 0) AS DECIMAL(18,4)) AS settled_amount,
       CAST(life.original_amount - coalesce(settled.amount, 0) AS DECIMAL(18,4)) AS residual_amount, life.side, item.description,
       item.origin, company.currency_code AS company_currency_code,
       CAST(life.original_amount_company_currency - coalesce(settled.company_amount, 0) AS DECIMAL(18,4))
           AS residual_amount_company_currency
FROM life
JOIN come USING (item_id)
JOIN ledger.open_item AS item USING (item_id)
LEFT JOIN ledger.journal_entry AS entry ON entry.entry_id = life.opened_by_entry_id
LEFT JOIN settled USING (item_id)
LEFT JOIN company ON company.company_code = item.company_code
WHERE life.opened_at <= moment
  AND (life.withdrawn_at IS NULL OR life.withdrawn_at > moment)
  AND coalesce(entry.posting_date, life.document_date, come.come_date) <= day
  AND life.original_amount <> coalesce(settled.amount, 0)
