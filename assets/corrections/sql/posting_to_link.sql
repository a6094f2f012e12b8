-- Grain: one posting of which so much more is linked (less where negative). A payment of which something is left keeps
-- the reason why it is unlinked. Inputs: ledger.posting; $entry_id, $line_number, $company_amount in the company's currency.
SELECT entry_id, line_number, CAST(linked_amount + $company_amount AS DECIMAL(18,4)) AS linked_amount,
       CASE WHEN linked_amount + $company_amount = debit_amount + credit_amount THEN NULL
            ELSE coalesce(unlinked_reason, 'payment_exceeds_residual') END AS unlinked_reason
FROM ledger.posting
WHERE entry_id = $entry_id AND line_number = $line_number
