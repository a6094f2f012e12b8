-- Grain: one line about which a posting rule decides: it is no payment. Input: rule_line.
DELETE FROM payment_line WHERE line_number IN (SELECT line_number FROM rule_line)
