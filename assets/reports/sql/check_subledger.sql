-- Grain: one account whose balance differs from its open items. Input: subledger. Order: company, account.
SELECT company_code, account_code, account_name, company_currency_code, balance_amount, opening_amount, item_amount,
       exchange_amount, unlinked_amount, other_amount, difference_amount
FROM subledger()
WHERE difference_amount <> 0
ORDER BY company_code, account_code
