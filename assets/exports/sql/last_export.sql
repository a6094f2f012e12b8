-- Grain: one row: when an export of this kind last replaced its file, null if it never did. Input:
-- ledger.treasury_export. Parameter: export_kind.
SELECT max(exported_at) AS exported_at FROM ledger.treasury_export WHERE export_kind = $export_kind
