-- Grain: one field of an export in which something was replaced or cut. Input: ledger.treasury_export_text.
-- Parameter: export_id.
SELECT field, replaced_character_count, cut_value_count
FROM ledger.treasury_export_text
WHERE export_id = $export_id
ORDER BY field
