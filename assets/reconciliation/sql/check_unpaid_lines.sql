-- Grain: one warning about a line of the rule unpaid (D16). Input: unpaid_line.
SELECT line_number, 'amount' AS field, 'unpaid_exceeds_settled' AS finding_code, amount_text(amount) AS raw_value,
       'at most ' || amount_text(settled_amount) || ', what is paid of the item and not open again; rule unpaid of reason '
       || accounting_reason_code AS expected
FROM unpaid_line
WHERE NOT is_fitting
