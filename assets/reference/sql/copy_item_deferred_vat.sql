-- Grain: one row of item_deferred_vat.csv in force. Inputs: ledger.item_deferred_vat, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE item_deferred_vat AS
SELECT company_code, open_item_key, deferred_amount, deferred_account_code, vat_account_code
FROM ledger.item_deferred_vat
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'item_deferred_vat.csv')
