-- Grain: one setting in force that holds for every company. Inputs: ledger.setting, ledger.reference_file.
-- Order: setting_name.
SELECT setting_name, setting_value
FROM ledger.setting
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'settings.csv')
  AND coalesce(company_code, '') = ''
ORDER BY setting_name
