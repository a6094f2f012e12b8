-- Grain: one journal entry whose debits and credits differ. Inputs: ledger.posting.
SELECT entry_id, sum(debit_amount) AS debit_total, sum(credit_amount) AS credit_total
FROM ledger.posting
GROUP BY entry_id
HAVING sum(debit_amount) <> sum(credit_amount)
ORDER BY entry_id
