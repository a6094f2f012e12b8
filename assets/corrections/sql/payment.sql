-- Grain: one posting, with what is unlinked of it in the company's currency, and what of it settled items in its own
-- currency. Inputs: ledger.posting, ledger.settlement, ledger.open_item, ledger.reversed_entry, ledger.account,
-- ledger.payment_item; $entry_id, $line_number.
SELECT posting.entry_id, posting.line_number, posting.company_code, posting.account_code, posting.posting_date,
       posting.accounting_reason_code, posting.company_currency_code, posting.currency_code, posting.description, posting.import_id,
       CASE WHEN posting.debit_amount > 0 THEN 'debit' ELSE 'credit' END AS side,
       posting.debit_amount + posting.credit_amount AS company_amount,
       posting.debit_amount + posting.credit_amount - posting.linked_amount AS unlinked_company_amount,
       abs(posting.currency_amount) - coalesce((
           SELECT sum(settlement.amount)
           FROM ledger.settlement AS settlement
           JOIN ledger.open_item AS item USING (item_id)
           WHERE settlement.entry_id = posting.entry_id AND settlement.line_number = posting.line_number
             AND settlement.undone_at IS NULL AND item.currency_code = posting.currency_code), 0) AS unlinked_amount,
       abs(posting.currency_amount) AS currency_amount,
       EXISTS (SELECT 1
               FROM ledger.settlement AS settlement
               JOIN ledger.open_item AS item USING (item_id)
               WHERE settlement.entry_id = posting.entry_id AND settlement.line_number = posting.line_number
                 AND settlement.undone_at IS NULL AND item.currency_code <> posting.currency_code) AS has_other_currency,
       posting.unlinked_reason, reversed.reversal_entry_id
FROM ledger.posting AS posting
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = posting.entry_id
WHERE posting.entry_id = $entry_id AND posting.line_number = $line_number
