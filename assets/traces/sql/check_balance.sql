-- Grain: one movement, all of whose lines could be read, that does not add up to zero (D34). Where it would
-- under the other amount_view, the expectation says so (D36).
SELECT first_line AS line_number, 'amount_company_currency' AS field, 'movement_unbalanced' AS finding_code,
       amount_text(balance) AS raw_value,
       'lines that add up to zero; the difference is ' || amount_text(balance)
       || CASE WHEN balance_other_view = 0
               THEN '. From the ' || CASE WHEN amount_view = 'bank' THEN 'ledger' ELSE 'bank' END
                    || '''s view they would: check the setting amount_view of company ' || company
               ELSE '' END AS expected
FROM movement
WHERE balance <> 0 AND NOT has_rejected_line
