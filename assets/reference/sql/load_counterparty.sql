-- Grain: one row of counterparties.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.counterparty
SELECT $version, counterparty_code, counterparty_name, counterparty_kind, country_code, vat_number, tax_code, iban
FROM incoming
