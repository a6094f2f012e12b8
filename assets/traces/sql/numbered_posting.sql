-- Grain: one generated posting with its number in the entry: they follow the lines of the file, in their order. Inputs:
-- generated_posting, entry_line, posted_movement, movement_state, ledger.open_item.
CREATE OR REPLACE TEMP TABLE numbered_posting AS
SELECT generated.*, posted.entry_id, entry.entry_line_number AS source_line_number,
       CAST(movement.line_count + row_number() OVER (PARTITION BY posted.entry_id
                                                     ORDER BY generated.line_number, generated.sort_number,
                                                              generated.account_code, generated.counter_account_code)
            AS INTEGER) AS entry_line_number,
       CASE generated.posting_rule
            WHEN 'exchange_difference' THEN 'Exchange difference'
            WHEN 'withholding' THEN 'Withholding'
            WHEN 'deferred_vat' THEN 'Deferred VAT due'
            ELSE 'Unpaid item' END || ' ' || item.open_item_key
       || CASE WHEN generated.by_hand_amount IS NULL THEN '' ELSE ', ' || amount_text(generated.by_hand_amount) || ' of it for what was settled by hand' END
       AS description
FROM generated_posting AS generated
JOIN entry_line AS entry ON entry.line_number = generated.line_number
JOIN posted_movement AS posted USING (movement_number)
JOIN movement_state AS movement USING (movement_number)
JOIN ledger.open_item AS item ON item.item_id = generated.item_id
