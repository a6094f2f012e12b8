-- Grain: one item of the export before that is open no longer or reads otherwise now. Inputs: ledger.exported_item,
-- changed_item.
DELETE FROM ledger.exported_item
WHERE (company_code, open_item_key) IN (
    SELECT company_code, open_item_key FROM changed_item WHERE exported_account_code IS NOT NULL
)
