-- Grain: one company, currency and side of an export. Input: ledger.treasury_export_total. Parameter: export_id.
SELECT company_code, currency_code, side, open_item_count, residual_total
FROM ledger.treasury_export_total
WHERE export_id = $export_id
ORDER BY company_code, currency_code, side
