-- Grain: one movement whose key an earlier movement of the same file has (D12): with the very same lines, so that a person has to
-- say whether it is another movement, or with other lines. A movement without a number has no key. Inputs: movement, entry_line.
WITH repeated AS (
    SELECT movement_number, first_line, movement_key, min(movement_number) OVER same_key AS earlier_number,
           min(first_line) OVER same_key AS earlier_line
    FROM movement
    WHERE NOT has_rejected_line AND NOT is_unnumbered
    WINDOW same_key AS (PARTITION BY movement_key)
    QUALIFY movement_number > min(movement_number) OVER same_key
), said AS (
    SELECT repeated.movement_number, entry.entry_line_number, entry.account_code, entry.company_amount, entry.currency_code,
           entry.currency_amount, entry.open_item_key, entry.settlement_flag
    FROM entry_line AS entry JOIN repeated USING (movement_number)
), said_earlier AS (
    SELECT repeated.movement_number, entry.entry_line_number, entry.account_code, entry.company_amount, entry.currency_code,
           entry.currency_amount, entry.open_item_key, entry.settlement_flag
    FROM entry_line AS entry JOIN repeated ON repeated.earlier_number = entry.movement_number
), difference AS (
    (SELECT * FROM said EXCEPT SELECT * FROM said_earlier) UNION (SELECT * FROM said_earlier EXCEPT SELECT * FROM said)
)
SELECT first_line AS line_number, 'entry' AS field,
       CASE WHEN movement_number IN (SELECT movement_number FROM difference)
            THEN 'movement_key_conflict' ELSE 'movement_twice_in_file' END AS finding_code,
       movement_key AS raw_value,
       'a movement key of its own; line ' || earlier_line || ' has the same'
       || CASE WHEN movement_number IN (SELECT movement_number FROM difference)
               THEN ' but other lines' ELSE ', and the movements are identical' END AS expected
FROM repeated
