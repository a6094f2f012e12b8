-- Grain: one posting whose linked amount is not what its settlements, and the open items that were made of it, add up to, or that a person
-- made, that counts, and that stands as an unlinked payment.
-- Inputs: ledger.posting, ledger.settlement_link, ledger.payment_item, ledger.open_item, ledger.journal_entry, ledger.reversed_entry. Order: entry and line.
WITH link AS (
    SELECT entry_id, line_number, linked_amount AS amount FROM ledger.settlement_link WHERE undone_at IS NULL
    UNION ALL
    SELECT made.entry_id, made.line_number, made.company_amount
    FROM ledger.payment_item AS made
    JOIN ledger.open_item AS item USING (item_id)
    WHERE item.status <> 'withdrawn'
), linked AS (
    SELECT entry_id, line_number, sum(amount) AS amount FROM link GROUP BY entry_id, line_number
)
SELECT posting.entry_id, posting.line_number, posting.linked_amount, coalesce(linked.amount, 0) AS settlements
FROM ledger.posting AS posting
FULL JOIN linked ON linked.entry_id = posting.entry_id AND linked.line_number = posting.line_number
LEFT JOIN ledger.journal_entry AS entry ON entry.entry_id = posting.entry_id AND entry.entry_kind = 'manual'
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = posting.entry_id
WHERE posting.linked_amount IS DISTINCT FROM coalesce(linked.amount, 0)
   OR (entry.entry_id IS NOT NULL AND reversed.entry_id IS NULL AND posting.unlinked_reason IS NOT NULL)
   OR posting.linked_amount > posting.debit_amount + posting.credit_amount
ORDER BY posting.entry_id, posting.line_number
