-- Grain: one posting that a rule made, or about which it decided. Inputs: numbered_posting, rule_line, opened_item,
-- posted_movement, entry_line. A line that opens an item is about that item.
INSERT INTO ledger.posting_rule_use
SELECT entry_id, entry_line_number, posting_rule, true, source_line_number, item_id, account_code, counter_account_code,
       company_amount
FROM numbered_posting
UNION ALL
SELECT posted.entry_id, entry.entry_line_number, rule.posting_rule, false, entry.entry_line_number, coalesce(opened.item_id, rule.item_id),
       entry.account_code, NULL, entry.company_amount
FROM rule_line AS rule
JOIN entry_line AS entry USING (line_number)
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
LEFT JOIN opened_item AS opened ON opened.line_number = rule.line_number
