-- Grain: one open item by its key, as it stands, with the currency of its company and the counterparty of its
-- account. Inputs: ledger.open_item,
-- ledger.company (the version in force), ledger.account, ledger.reference_file; $company_code, $open_item_key.
SELECT item.item_id, item.company_code, item.account_code, item.open_item_key, item.side, item.currency_code,
       item.original_amount, item.original_amount_company_currency, item.settled_amount, item.settled_amount_company_currency,
       item.original_amount - item.settled_amount AS residual_amount, item.status, item.description,
       company.currency_code AS company_currency_code, account.counterparty_code
FROM ledger.open_item AS item
JOIN ledger.company AS company
  ON company.company_code = item.company_code
 AND company.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
LEFT JOIN ledger.account AS account
  ON account.company_code = item.company_code AND account.account_code = item.account_code
 AND account.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
WHERE item.company_code = $company_code AND item.open_item_key = $open_item_key
