-- Grain: one payment that is an open item again. Inputs: target (items), ledger.payment_item.
UPDATE ledger.posting AS posting
SET linked_amount = posting.linked_amount + made.company_amount,
    is_linked = true,
    unlinked_reason = CASE WHEN posting.linked_amount + made.company_amount = posting.debit_amount + posting.credit_amount THEN NULL
                           ELSE posting.unlinked_reason END
FROM (
    SELECT item.entry_id, item.line_number, CAST(sum(item.company_amount) AS DECIMAL(18,4)) AS company_amount
    FROM ledger.payment_item AS item
    JOIN target ON target.id = item.item_id
    GROUP BY item.entry_id, item.line_number
) AS made
WHERE made.entry_id = posting.entry_id AND made.line_number = posting.line_number
