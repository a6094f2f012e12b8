-- Grain: one payment that is unlinked again, since the item that was made of it is withdrawn. Inputs: target (items),
-- ledger.payment_item, ledger.reversed_entry, ledger.posting.
SELECT posting.entry_id, posting.line_number, CAST(posting.linked_amount - made.company_amount AS DECIMAL(18,4)) AS linked_amount,
       CASE WHEN made.is_reversed THEN posting.unlinked_reason
            ELSE coalesce(posting.unlinked_reason, 'settlement_undone') END AS unlinked_reason
FROM (
    SELECT item.entry_id, item.line_number, sum(item.company_amount) AS company_amount,
           bool_or(reversed.entry_id IS NOT NULL) AS is_reversed
    FROM ledger.payment_item AS item
    JOIN target ON target.id = item.item_id
    LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = item.entry_id
    GROUP BY item.entry_id, item.line_number
) AS made
JOIN ledger.posting AS posting USING (entry_id, line_number)
