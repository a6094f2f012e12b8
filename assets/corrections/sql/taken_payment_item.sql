-- Grain: one payment of which less is unlinked than became an item that is to be opened again, or whose entry counts no
-- longer. Inputs: target (items), ledger.payment_item, ledger.posting, ledger.reversed_entry. Order: entry and line.
SELECT item.entry_id || '/' || item.line_number AS name
FROM ledger.payment_item AS item
JOIN target ON target.id = item.item_id
JOIN ledger.posting AS posting ON posting.entry_id = item.entry_id AND posting.line_number = item.line_number
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = item.entry_id
WHERE reversed.entry_id IS NOT NULL OR posting.debit_amount + posting.credit_amount - posting.linked_amount < item.company_amount
ORDER BY item.entry_id, item.line_number
