-- Grain: one posting by which an entry by hand withholds: on the item's account, and on the one where it is owed. Inputs:
-- ledger.posting; $entry_id, $item_id, $item_line_number, $owed_line_number. The line that caused it is the first of the entry.
INSERT INTO ledger.posting_rule_use BY NAME
SELECT posting.entry_id, posting.line_number, 'withholding' AS posting_rule, true AS is_generated, 1 AS source_line_number,
       CAST($item_id AS BIGINT) AS item_id, posting.account_code, counter.account_code AS counter_account_code,
       posting.debit_amount - posting.credit_amount AS amount
FROM ledger.posting AS posting
JOIN ledger.posting AS counter
  ON counter.entry_id = posting.entry_id
 AND counter.line_number = CASE WHEN posting.line_number = $item_line_number THEN $owed_line_number ELSE $item_line_number END
WHERE posting.entry_id = $entry_id AND posting.line_number IN ($item_line_number, $owed_line_number)
