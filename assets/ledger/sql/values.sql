-- What is written alike wherever it is said.

-- name: amount_text
-- An exact amount for people: four decimals, of which the last two are left out where they are zero.
CREATE OR REPLACE TEMP MACRO amount_text(amount) AS regexp_replace(CAST(amount AS VARCHAR), '0{1,2}$', '')

-- name: said
-- What a finding says, as it is kept: the code of a text and what goes into it (`assets.findings.said`).
CREATE OR REPLACE TEMP MACRO said(text_code, parameters := NULL) AS
    CAST(to_json({'text': text_code, 'with': parameters}) AS VARCHAR)

-- name: said_value
-- What goes into something said under a name; null for a text that an earlier version kept.
CREATE OR REPLACE TEMP MACRO said_value(kept, name) AS
    json_extract_string(CASE WHEN kept LIKE '{"text":%' THEN kept END, '$.with.' || name)
