-- Grain: one posting that a special case adds to the entry of a payment line; none so far. amounts are + debit,
-- - credit. sort_number orders those of one line. settled_amount is what it settles of the item, in the item's currency;
-- null where it settles nothing. by_hand_amount is the part of the posting's amount, without a sign, that is the share of what people
-- settled of the item by hand (null where it is all the share of the payment). All of a line add up to zero.
CREATE OR REPLACE TEMP TABLE generated_posting (
    line_number BIGINT, sort_number INTEGER, posting_rule VARCHAR, item_id BIGINT, account_code VARCHAR,
    counter_account_code VARCHAR, company_amount DECIMAL(18,4), currency_code VARCHAR, currency_amount DECIMAL(18,4),
    open_item_key VARCHAR, settled_amount DECIMAL(18,4), by_hand_amount DECIMAL(18,4)
)
