-- Grain: one field of an export in which something was replaced or cut. Input: export_text.
INSERT INTO ledger.treasury_export_text
SELECT $export_id, field, replaced_character_count, cut_value_count FROM export_text
