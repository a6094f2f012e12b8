-- Grain: one open item that is held for a reason, or no more. Input: given, one row an item.
UPDATE ledger.open_item AS item SET hold_reason = given.hold_reason FROM given WHERE item.item_id = given.item_id
