-- Grain: one posting that is linked again. What is left of it is more than its item had. Inputs: settlement_again, added
-- up per posting; ledger.posting.
SELECT posting.entry_id, posting.line_number, CAST(posting.linked_amount + again.linked_amount AS DECIMAL(18,4)) AS linked_amount,
       CASE WHEN posting.linked_amount + again.linked_amount = posting.debit_amount + posting.credit_amount THEN NULL
            WHEN posting.unlinked_reason = 'settlement_undone' THEN 'payment_exceeds_residual'
            ELSE posting.unlinked_reason END AS unlinked_reason
FROM (SELECT entry_id, line_number, sum(linked_amount) AS linked_amount FROM settlement_again GROUP BY entry_id, line_number) AS again
JOIN ledger.posting AS posting USING (entry_id, line_number)
