-- Grain: one payment of which less is unlinked than is to be linked again, or whose entry counts no longer. Inputs:
-- settlement_again, ledger.posting, ledger.reversed_entry. Order: entry and line.
SELECT again.entry_id || '/' || again.line_number AS name
FROM (SELECT entry_id, line_number, sum(linked_amount) AS amount FROM settlement_again GROUP BY entry_id, line_number) AS again
JOIN ledger.posting AS posting ON posting.entry_id = again.entry_id AND posting.line_number = again.line_number
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = again.entry_id
WHERE reversed.entry_id IS NOT NULL OR posting.debit_amount + posting.credit_amount - posting.linked_amount < again.amount
ORDER BY again.entry_id, again.line_number
