-- Grain: one row of counterparty_identifiers.csv in force. Inputs: ledger.counterparty_identifier, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE counterparty_identifier AS
SELECT counterparty_code, scheme_code, identifier, valid_from_date, valid_to_date
FROM ledger.counterparty_identifier
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparty_identifiers.csv')
