-- Grain: one instalment of an invoice that is booked now: its posting on the customer's account and the open item it opens. Inputs:
-- sale_entry, sale_due, sale_posting, sale_rate. company_amount is what balances the entry, shared by the instalments (the last takes
-- what is left); amount is in the invoice's currency; both + to collect, - to give back. The key is the reference and the number of
-- the instalment (E03).
CREATE OR REPLACE TEMP TABLE sale_receivable AS
WITH balance AS (
    SELECT position, -sum(amount) AS company_total FROM sale_posting GROUP BY position
), shared AS (
    SELECT entry.entry_id, entry.position, entry.reference, due.instalment, due.instalment_count, due.due_date, due.amount * entry.direction AS amount,
           coalesce(balance.company_total, 0) AS company_total,
           CASE WHEN sum(due.amount) OVER same_sale = 0 THEN 0
                ELSE round_units(units_of(coalesce(balance.company_total, 0)) * units_of(due.amount), units_of(sum(due.amount) OVER same_sale), rate.company_minor_unit) END AS share_units
    FROM sale_entry AS entry
    JOIN sale_due AS due USING (position)
    JOIN sale_rate AS rate USING (position)
    LEFT JOIN balance USING (position)
    WHERE entry.status = 'booked'
    WINDOW same_sale AS (PARTITION BY due.position)
), exact AS (
    SELECT shared.*, sum(share_units) OVER (PARTITION BY position) AS shared_units FROM shared
)
SELECT entry_id, position, instalment, due_date, CAST(amount AS DECIMAL(18,4)) AS amount,
       amount_of(CASE WHEN instalment = instalment_count THEN units_of(company_total) - shared_units + share_units ELSE share_units END) AS company_amount,
       reference || '-' || printf('%02d', instalment) AS open_item_key
FROM exact
