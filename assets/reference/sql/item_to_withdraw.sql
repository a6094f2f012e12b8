-- Grain: one opening item that no longer stands in the file and of which nothing was settled. Inputs: incoming, ledger.open_item; the
-- life that ends is kept before (ended_life).
SELECT item.item_id
FROM ledger.open_item AS item
ANTI JOIN incoming ON incoming.company_code = item.company_code AND incoming.open_item_key = item.open_item_key
WHERE item.origin = 'opening' AND item.status = 'open' AND item.settled_amount = 0
