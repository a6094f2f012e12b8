-- Grain: the payment that a person deleted, that nobody made anew, and that an entry by hand is like in everything: day, account of
-- the payment, account on the other side, side and amount. Inputs: ledger.posting, ledger.brought_entry, ledger.payment_in_stead,
-- ledger.reversed_entry; $company_code, $posting_date, $account_code, $other_account_code, $is_debit, $company_amount. Order: of
-- several the first.
SELECT payment.entry_id, payment.line_number
FROM ledger.posting AS payment
JOIN ledger.brought_entry AS brought ON brought.entry_id = payment.entry_id
WHERE NOT brought.is_in_force AND NOT brought.is_import_deleted AND payment.unlinked_reason IS NOT NULL
  AND payment.company_code = $company_code AND payment.posting_date = $posting_date AND payment.account_code = $account_code
  AND CASE WHEN $is_debit THEN payment.debit_amount ELSE payment.credit_amount END = $company_amount
  AND EXISTS (SELECT 1 FROM ledger.posting AS other
              WHERE other.entry_id = payment.entry_id AND other.account_code = $other_account_code)
  AND NOT EXISTS (SELECT 1 FROM ledger.payment_in_stead AS made
                  ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.entry_id
                  WHERE made.replaces_entry_id = payment.entry_id)
ORDER BY payment.entry_id, payment.line_number
LIMIT 1
