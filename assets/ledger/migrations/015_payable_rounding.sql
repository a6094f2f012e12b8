-- What the customer of a sales invoice is asked beside its total so that the sum is round (BT-114), in the invoice's currency and
-- with the sign of its other amounts: total_amount and this are what its open items add up to.
ALTER TABLE ledger.sales_invoice ADD COLUMN IF NOT EXISTS payable_rounding_amount DECIMAL(18,4) DEFAULT 0;
