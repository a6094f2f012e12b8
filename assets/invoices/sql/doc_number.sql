-- Grain: one document of this delivery with its number as it is compared. Inputs: doc, identity_number_of. identity_number: trimmed, runs of blanks made
-- one, in capitals; it tells invoices apart. number_key (without blanks, punctuation and then leading zeros) and digit_key
-- (leading zeros taken off each group of digits first) say which numbers are similar: they never make two documents one.
CREATE OR REPLACE TEMP TABLE doc_number AS
WITH spelled AS (
    SELECT document_id, identity_number_of(document_number) AS identity_number FROM doc
), plain AS (
    SELECT document_id, identity_number, regexp_replace(identity_number, '[^\p{L}\p{N}]', '', 'g') AS plain_number,
           regexp_replace(regexp_replace(identity_number, '(^|[^0-9])0+([0-9])', '\1\2', 'g'), '[^\p{L}\p{N}]', '', 'g') AS digit_key
    FROM spelled
)
SELECT document_id, identity_number, coalesce(nullif(regexp_replace(plain_number, '^0+', ''), ''), identity_number) AS number_key,
       coalesce(nullif(digit_key, ''), identity_number) AS digit_key
FROM plain
