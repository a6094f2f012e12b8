-- Grain: one open item of which this much is settled more. Inputs: the parameters.
UPDATE ledger.open_item
SET settled_amount = settled_amount + $amount,
    settled_amount_company_currency = settled_amount_company_currency + $company_amount,
    status = CASE WHEN settled_amount + $amount = original_amount THEN 'closed' ELSE status END
WHERE item_id = $item_id
