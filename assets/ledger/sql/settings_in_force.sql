-- Grain: one row of settings.csv in force. Inputs: ledger.setting, ledger.reference_file.
SELECT company_code, setting_name, setting_value
FROM ledger.setting
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'settings.csv')
