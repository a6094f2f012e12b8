-- Grain: one unpaid line for more than was paid: it is posted, and nothing is opened. Input: unpaid_line.
INSERT INTO unlinked_line
SELECT line_number, 'unpaid_exceeds_settled' FROM unpaid_line WHERE NOT is_fitting
