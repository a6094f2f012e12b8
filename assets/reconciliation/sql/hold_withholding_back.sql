-- Grain: one payment line of an item of which something is to be withheld: what payments may settle of it is net of
-- that. Where nothing net is left, since people settled too much by hand, the finding says so. Input: withheld_item.
UPDATE payment_line AS payment
SET residual_before_file = payment.residual_before_file - withheld.left_amount,
    expected = CASE WHEN payment.residual_before_file = withheld.left_amount
                    THEN 'nothing to be paid: the ' || amount_text(withheld.left_amount) || ' that are open are to be withheld'
                    ELSE payment.expected END
FROM withheld_item AS withheld
WHERE withheld.item_id = payment.item_id
