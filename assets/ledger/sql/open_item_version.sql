-- Grain: one row. What the open items are, as a text that is the same as long as they are: it follows from the items
-- that are open, with what is left of them and what holds them, and from the newest entry. Inputs: ledger.open_item,
-- ledger.journal_entry. An item's other columns never change.
SELECT format('{}-{:x}', (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry),
              coalesce(bit_xor(hash(item_id, settled_amount, hold_reason)), 0)) AS version
FROM ledger.open_item
WHERE status = 'open'
