-- Grain: one row of settings.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.setting
SELECT $version, company_code, setting_name, setting_value
FROM incoming
