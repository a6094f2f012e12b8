-- Grain: one posting of a reversed entry, with debit and credit exchanged. It settles nothing and is no payment. Inputs:
-- reversal, ledger.posting; $posting_date as in insert_reversal.
INSERT INTO ledger.posting
SELECT reversal.reversal_entry_id, line_number, NULL, NULL, NULL, NULL, company_code, account_code,
       coalesce(CAST($posting_date AS DATE), posting_date), accounting_reason_code, company_currency_code, credit_amount, debit_amount,
       currency_code, -currency_amount, description, open_item_key, NULL, false, 0, NULL
FROM ledger.posting AS posting
JOIN reversal USING (entry_id)
