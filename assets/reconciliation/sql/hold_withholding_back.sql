-- Grain: one payment line of an item of which something is to be withheld: what payments may settle of it is net of
-- that. Input: withheld_item.
UPDATE payment_line AS payment
SET residual_before_file = payment.residual_before_file - withheld.left_amount
FROM withheld_item AS withheld
WHERE withheld.item_id = payment.item_id
