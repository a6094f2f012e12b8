-- identity_number_of
-- Grain: none; makes the macro that spells a document's number as it tells invoices apart: trimmed, runs of blanks made one, in capitals.
CREATE OR REPLACE TEMP MACRO identity_number_of(number) AS
    nullif(upper(nfc_normalize(trim(regexp_replace(number, '[\s\p{Z}\p{Cc}]+', ' ', 'g')))), '')
