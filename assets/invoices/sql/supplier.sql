-- Grain: one counterparty that sells. Input: counterparty. The IBAN has no blanks; its numbers stand in party_identifier.
CREATE OR REPLACE TEMP TABLE supplier AS
SELECT counterparty_code, counterparty_name, country_code, regexp_replace(upper(iban), '[^A-Z0-9]', '', 'g') AS iban
FROM counterparty
WHERE counterparty_kind IN ('supplier', 'both')
