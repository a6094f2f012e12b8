-- Grain: one posting of which so much more is linked (less where negative). A payment of which something is left keeps
-- the reason why it is unlinked. Inputs: $entry_id, $line_number, $company_amount in the company's currency.
UPDATE ledger.posting
SET linked_amount = linked_amount + $company_amount,
    is_linked = linked_amount + $company_amount > 0,
    unlinked_reason = CASE WHEN linked_amount + $company_amount = debit_amount + credit_amount THEN NULL
                           ELSE coalesce(unlinked_reason, 'payment_exceeds_residual') END
WHERE entry_id = $entry_id AND line_number = $line_number
