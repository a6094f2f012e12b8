-- Grain: one delivery of which nothing is left to do, since a person decided about the rest.
UPDATE ledger.delivery SET status = 'done' WHERE delivery_id = $delivery_id
