-- A text without the private characters that stand for the codes of a note template: no value is taken for
-- a code. Null becomes the empty text.
CREATE OR REPLACE TEMP MACRO without_codes(value) AS
    regexp_replace(coalesce(value, ''), '[\x{E001}-\x{E00C}]', '', 'g')
