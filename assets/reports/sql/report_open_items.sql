-- Grain: one open item. Inputs: ledger.open_item, named_account.
SELECT item.rowid AS row_id, item.company_code, item.account_code, item.open_item_key, item.document_number, item.due_date, item.currency_code,
       item.original_amount, item.settled_amount, item.original_amount - item.settled_amount AS residual_amount, item.status, item.side,
       item.description, item.origin, item.hold_reason, named.account_name, named.counterparty_code, named.counterparty_name
FROM ledger.open_item AS item
LEFT JOIN named_account() AS named ON named.company_code = item.company_code AND named.account_code = item.account_code
