-- Grain: one settlement whose exchange difference is booked: it settles the item's share, not that of the posting.
-- Input: exchange_settlement.
UPDATE new_settlement AS settlement
SET settled_company_amount = exchange.share_amount
FROM exchange_settlement AS exchange
WHERE exchange.line_number = settlement.line_number AND exchange.has_accounts
