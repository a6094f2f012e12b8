-- Grain: one account of a counterparty, side and currency of its open items (null: it has none). Inputs: named_account,
-- ledger.open_item. Parameter: counterparty_code. Order: company, account, side, currency.
SELECT named.company_code, named.account_code, named.account_name, item.side, count(item.item_id) AS open_item_count,
       sum(item.original_amount - item.settled_amount) AS residual_total, item.currency_code
FROM named_account() AS named
LEFT JOIN ledger.open_item AS item
       ON item.company_code = named.company_code AND item.account_code = named.account_code AND item.status = 'open'
WHERE named.counterparty_code = $counterparty_code
GROUP BY named.company_code, named.account_code, named.account_name, item.side, item.currency_code
ORDER BY named.company_code, named.account_code, item.side, item.currency_code
