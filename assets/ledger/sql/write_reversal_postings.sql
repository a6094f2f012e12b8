-- Grain: one posting of a reversed entry, with debit and credit exchanged. It settles nothing and is no payment. Inputs: given,
-- ledger.posting.
INSERT INTO ledger.posting BY NAME
SELECT given.reversal_entry_id AS entry_id, posting.line_number, posting.company_code, posting.account_code,
       coalesce(given.posting_date, posting.posting_date) AS posting_date, posting.accounting_reason_code, posting.company_currency_code,
       posting.credit_amount AS debit_amount, posting.debit_amount AS credit_amount, posting.currency_code,
       -posting.currency_amount AS currency_amount, posting.description, posting.open_item_key, false AS is_linked, 0 AS linked_amount
FROM ledger.posting AS posting
JOIN given USING (entry_id)
