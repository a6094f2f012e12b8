-- Grain: one posting of an item that is open again and whose line stands on the transit account of unpaid items: from
-- there to the account of the item (D16). Inputs: opened_item, entry_line.
INSERT INTO generated_posting
SELECT opened.line_number, 40, 'unpaid', opened.item_id, opened.account_code, entry.account_code, entry.company_amount,
       opened.currency_code, CASE WHEN opened.side = 'debit' THEN opened.original_amount ELSE -opened.original_amount END,
       opened.open_item_key, NULL, NULL
FROM opened_item AS opened
JOIN entry_line AS entry USING (line_number)
WHERE opened.posting_rule = 'unpaid' AND opened.account_code <> entry.account_code
UNION ALL
SELECT opened.line_number, 41, 'unpaid', opened.item_id, entry.account_code, opened.account_code, -entry.company_amount,
       entry.currency_code, -entry.currency_amount, NULL, NULL, NULL
FROM opened_item AS opened
JOIN entry_line AS entry USING (line_number)
WHERE opened.posting_rule = 'unpaid' AND opened.account_code <> entry.account_code
