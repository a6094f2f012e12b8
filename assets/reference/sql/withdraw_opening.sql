-- Grain: one opening item that no longer stands in the file and of which nothing was settled. Inputs: incoming; the life that
-- ends is kept before (insert_opening_life).
UPDATE ledger.open_item AS item
SET status = 'withdrawn'
WHERE item.origin = 'opening' AND item.status = 'open' AND item.settled_amount = 0
  AND NOT EXISTS (
      SELECT 1 FROM incoming
      WHERE incoming.company_code = item.company_code AND incoming.open_item_key = item.open_item_key)
