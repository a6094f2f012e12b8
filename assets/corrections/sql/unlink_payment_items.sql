-- Grain: one payment that is unlinked again, since the item that was made of it is withdrawn. Inputs: target (items),
-- ledger.payment_item, ledger.reversed_entry.
UPDATE ledger.posting AS posting
SET linked_amount = posting.linked_amount - made.company_amount,
    is_linked = posting.linked_amount > made.company_amount,
    unlinked_reason = CASE WHEN made.is_reversed THEN posting.unlinked_reason ELSE coalesce(posting.unlinked_reason, 'settlement_undone') END
FROM (
    SELECT item.entry_id, item.line_number, CAST(sum(item.company_amount) AS DECIMAL(18,4)) AS company_amount,
           bool_or(reversed.entry_id IS NOT NULL) AS is_reversed
    FROM ledger.payment_item AS item
    JOIN target ON target.id = item.item_id
    LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = item.entry_id
    GROUP BY item.entry_id, item.line_number
) AS made
WHERE made.entry_id = posting.entry_id AND made.line_number = posting.line_number
