-- Grain: one open item that a line of a trace with this rule opens. Input: opened_item; $posting_rule.
SELECT item_id, company_code, account_code, open_item_key, side, document_number, document_date, due_date, currency_code, original_amount,
       original_company_amount AS original_amount_company_currency, description, origin, entry_id AS opened_by_entry_id,
       CAST(NULL AS VARCHAR) AS hold_reason
FROM opened_item
WHERE posting_rule = $posting_rule
