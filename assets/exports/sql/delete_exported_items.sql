-- Grain: one item of the export before. Input: ledger.exported_item.
DELETE FROM ledger.exported_item
