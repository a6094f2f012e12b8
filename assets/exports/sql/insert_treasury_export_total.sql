-- Grain: one company, currency and side of an export. Input: export_total.
INSERT INTO ledger.treasury_export_total
SELECT $export_id, company_code, currency_code, side, open_item_count, residual_total FROM export_total
