-- Grain: one new opening item. Inputs: incoming, ledger.open_item. Invariant: (company_code, open_item_key) is new.
SELECT (SELECT coalesce(max(item_id), 0) FROM ledger.open_item) + row_number() OVER (ORDER BY line_number) AS item_id,
       company_code, account_code, open_item_key, side, document_number, CAST(document_date AS DATE) AS document_date,
       CAST(due_date AS DATE) AS due_date, currency_code, CAST(original_amount AS DECIMAL(18,4)) AS original_amount,
       CAST(original_amount_company_currency AS DECIMAL(18,4)) AS original_amount_company_currency, description, 'opening' AS origin,
       CAST(NULL AS BIGINT) AS opened_by_entry_id, CAST(NULL AS VARCHAR) AS hold_reason
FROM incoming
ANTI JOIN ledger.open_item USING (company_code, open_item_key)
