-- Grain: one payment line of which something stays unlinked, with the reason. Inputs: payment_line,
-- matched_line. An item that the lines before closed in this file counts as closed.
CREATE OR REPLACE TEMP TABLE unlinked_line AS
SELECT line_number, unlinked_reason FROM payment_line WHERE unlinked_reason IS NOT NULL
UNION ALL
SELECT line_number,
       CASE WHEN applied_amount = 0 THEN 'open_item_closed' ELSE 'payment_exceeds_residual' END
FROM matched_line
WHERE applied_amount < payment_amount
