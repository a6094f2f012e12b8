-- Grain: one posting that a text could mean: its amount, in the company's currency or its own, or its date. Inputs: ledger.posting,
-- named_account. Parameters: amount and other_amount, day (null: none of those), limit. Order: the newest first.
WITH found AS (
    SELECT entry_id, line_number, company_code, account_code, posting_date, company_currency_code, debit_amount + credit_amount AS amount,
           CASE WHEN debit_amount > 0 THEN 'debit' ELSE 'credit' END AS side,
           CASE WHEN posting_date = CAST($day AS DATE) THEN 'date' ELSE 'amount' END AS matched_by
    FROM ledger.posting
    WHERE ($amount IS NOT NULL
           AND (debit_amount IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
                OR credit_amount IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
                OR abs(currency_amount) IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))))
       OR posting_date = CAST($day AS DATE)
    ORDER BY posting_date DESC, entry_id DESC, line_number
    LIMIT $limit
)
SELECT 'posting' AS kind, found.entry_id || '/' || found.line_number AS reference, found.entry_id AS number, found.line_number,
       found.matched_by, found.company_code, coalesce(named.counterparty_name, named.account_name) AS name,
       found.posting_date AS day, found.amount, found.company_currency_code AS currency_code, found.side AS status, found.entry_id
FROM found
LEFT JOIN named_account() AS named USING (company_code, account_code)
ORDER BY found.posting_date DESC, found.entry_id DESC, found.line_number
