-- Grain: one row of item_withholding.csv in force. Inputs: ledger.item_withholding, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE item_withholding AS
SELECT company_code, open_item_key, withholding_amount, account_code
FROM ledger.item_withholding
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'item_withholding.csv')
