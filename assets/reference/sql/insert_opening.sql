-- Grain: one new opening item. Input: incoming. Invariant: (company_code, open_item_key) is new.
INSERT INTO ledger.open_item
SELECT (SELECT coalesce(max(item_id), 0) FROM ledger.open_item) + row_number() OVER (ORDER BY line_number),
       company_code, account_code, open_item_key, side, document_number, CAST(document_date AS DATE),
       CAST(due_date AS DATE), currency_code, CAST(original_amount AS DECIMAL(18,4)),
       CAST(original_amount_company_currency AS DECIMAL(18,4)), 0, 0, 'open', description, 'opening', NULL,
       $now, NULL
FROM incoming
ANTI JOIN ledger.open_item USING (company_code, open_item_key)
