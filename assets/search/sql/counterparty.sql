-- Grain: one counterparty in force. Inputs: ledger.counterparty, ledger.reference_file. Parameter: counterparty_code.
SELECT counterparty_code, counterparty_name, counterparty_kind, country_code, vat_number, tax_code, iban
FROM ledger.counterparty
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
  AND counterparty_code = $counterparty_code
