-- Grain: one posting that is linked again. What is left of it is more than its item had. Input: settlement_again, added
-- up per posting.
UPDATE ledger.posting AS posting
SET linked_amount = posting.linked_amount + again.linked_amount,
    is_linked = true,
    unlinked_reason = CASE WHEN posting.linked_amount + again.linked_amount = posting.debit_amount + posting.credit_amount THEN NULL
                           WHEN posting.unlinked_reason = 'settlement_undone' THEN 'payment_exceeds_residual'
                           ELSE posting.unlinked_reason END
FROM (
    SELECT entry_id, line_number, CAST(sum(linked_amount) AS DECIMAL(18,4)) AS linked_amount
    FROM settlement_again GROUP BY entry_id, line_number
) AS again
WHERE again.entry_id = posting.entry_id AND again.line_number = posting.line_number
