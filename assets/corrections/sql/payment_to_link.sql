-- Grain: one payment that is an open item again. Inputs: target (items), ledger.payment_item, ledger.posting.
SELECT posting.entry_id, posting.line_number, CAST(posting.linked_amount + made.company_amount AS DECIMAL(18,4)) AS linked_amount,
       CASE WHEN posting.linked_amount + made.company_amount = posting.debit_amount + posting.credit_amount THEN NULL
            ELSE posting.unlinked_reason END AS unlinked_reason
FROM (
    SELECT item.entry_id, item.line_number, sum(item.company_amount) AS company_amount
    FROM ledger.payment_item AS item
    JOIN target ON target.id = item.item_id
    GROUP BY item.entry_id, item.line_number
) AS made
JOIN ledger.posting AS posting USING (entry_id, line_number)
