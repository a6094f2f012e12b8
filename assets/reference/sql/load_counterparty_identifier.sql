-- Grain: one row of counterparty_identifiers.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.counterparty_identifier
SELECT $version, counterparty_code, scheme_code, identifier, CAST(valid_from AS DATE), CAST(valid_to AS DATE)
FROM incoming
