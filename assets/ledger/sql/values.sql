-- What is written alike wherever it is said.

-- name: amount_text
-- An exact amount for people: four decimals, of which the last two are left out where they are zero.
CREATE OR REPLACE TEMP MACRO amount_text(amount) AS regexp_replace(CAST(amount AS VARCHAR), '0{1,2}$', '')
