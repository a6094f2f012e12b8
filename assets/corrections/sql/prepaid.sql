-- Advances that a payment made.

-- name: prepaid_advance
-- Grain: one item that was opened at $now as paid before and that exactly one advance fits: an item on the other side
-- of the supplier's account that no document opened, or an unlinked payment, of before the document, in the same
-- currency, which is the company's. It fits alone if it alone is of just that amount, or if it is the only advance at
-- all and has enough. An advance that other items of this kind might mean as well fits none. Inputs: ledger.open_item,
-- ledger.posting, ledger.reversed_entry; $now. Order: item_id.
WITH held AS (
    SELECT item.item_id, item.company_code, item.account_code, item.open_item_key, item.side, item.currency_code,
           item.document_date,
           item.original_amount - item.settled_amount AS amount, entry.posting_date, item.opened_at = $now AS is_new
    FROM ledger.open_item AS item
    JOIN ledger.posting AS entry ON entry.entry_id = item.opened_by_entry_id
      AND entry.open_item_key = item.open_item_key
    WHERE item.status = 'open' AND item.hold_reason = 'paid_before' AND entry.company_currency_code = item.currency_code
), advance AS (
    SELECT held.item_id, item.open_item_key AS other_key, NULL AS payment,
           item.original_amount - item.settled_amount AS left_amount
    FROM held
    JOIN ledger.open_item AS item USING (company_code, account_code, currency_code)
    WHERE item.status = 'open' AND item.side <> held.side AND item.origin <> 'invoice' AND item.hold_reason IS NULL
      AND coalesce(item.document_date, held.document_date) <= held.document_date
    UNION ALL
    SELECT held.item_id, NULL, posting.entry_id || '/' || posting.line_number,
           posting.debit_amount + posting.credit_amount - posting.linked_amount
    FROM held
    JOIN ledger.posting AS posting USING (company_code, account_code, currency_code)
    ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = posting.entry_id
    WHERE posting.unlinked_reason IS NOT NULL AND posting.company_currency_code = held.currency_code
      AND (posting.debit_amount > 0) = (held.side = 'credit') AND posting.posting_date <= held.document_date
), ranked AS (
    SELECT held.*, advance.other_key, advance.payment, advance.left_amount,
           count(*) OVER (PARTITION BY held.item_id) AS advance_count,
           count(*) FILTER (advance.left_amount = held.amount) OVER (PARTITION BY held.item_id) AS exact_count
    FROM held
    JOIN advance USING (item_id)
    WHERE advance.left_amount > 0
), fit AS (
    SELECT *, count(*) OVER (PARTITION BY company_code, account_code, other_key, payment) AS claim_count
    FROM ranked
    WHERE left_amount = amount AND exact_count = 1 OR left_amount > amount AND advance_count = 1
)
SELECT item_id, company_code, open_item_key, currency_code, amount, posting_date, other_key, payment
FROM fit
WHERE is_new AND claim_count = 1
ORDER BY item_id
