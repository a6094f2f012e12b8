-- What an export wrote, to say what changed since.

-- name: report_export_total
-- Grain: one company, currency and side of an export. Input: ledger.treasury_export_total. Parameter: export_id.
SELECT company_code, currency_code, side, open_item_count, residual_total
FROM ledger.treasury_export_total
WHERE export_id = $export_id
ORDER BY company_code, currency_code, side

-- name: report_export_text
-- Grain: one field of an export in which something was replaced or cut. Input: ledger.treasury_export_text. Parameter:
-- export_id.
SELECT field, replaced_character_count, cut_value_count
FROM ledger.treasury_export_text
WHERE export_id = $export_id
ORDER BY field

-- name: report_export
-- Grain: one export of a run, in their order. Input: ledger.treasury_export. Parameter: run_id.
SELECT export_id, export_kind, file_name, export_form, since_date, row_count, byte_count, exported_at
FROM ledger.treasury_export
WHERE run_id = $run_id
ORDER BY export_id

-- name: held_item
-- Grain: one open item with a residual that may not be paid, and is left out of the export (E01). hold_reason:
-- paid_before | iban. what_to_do ends that. Inputs: ledger.open_item, ledger.registration. Order: company, account, due
-- date, key.
SELECT company_code, open_item_key, account_code, document_number, due_date, currency_code, side,
       original_amount - settled_amount AS residual_amount, hold_reason,
       CASE hold_reason
            WHEN 'iban'
            THEN '`partita confirm-iban D'
                 || (SELECT max(document_id) FROM ledger.registration
                     WHERE entry_id = opened_by_entry_id AND undone_at IS NULL) || ' --reason ...`'
            ELSE 'The supplier''s advance closes it: `partita unlinked` proposes the payment, `partita link` closes '
                 || 'the item' END AS what_to_do
FROM ledger.open_item
WHERE status = 'open' AND original_amount > settled_amount AND hold_reason IS NOT NULL
ORDER BY company_code, account_code, due_date, open_item_key

-- name: last_export
-- Grain: one row: when an export of this kind last replaced its file, null if it never did. Input:
-- ledger.treasury_export. Parameter: export_kind.
SELECT max(exported_at) AS exported_at FROM ledger.treasury_export WHERE export_kind = $export_kind
