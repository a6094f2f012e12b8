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

-- name: said_item
-- An open item as a finding names it, with what is paid of it.
CREATE OR REPLACE TEMP MACRO said_item(open_item_key, document_date, original_amount, settled_amount, currency_code,
                                       status) AS
    CASE WHEN status = 'closed'
         THEN said('item_paid', {'key': open_item_key, 'date': coalesce(CAST(document_date AS VARCHAR), '?'),
                                 'amount': amount_text(original_amount), 'currency': currency_code})
         WHEN settled_amount > 0
         THEN said('item_paid_in_part', {'key': open_item_key, 'date': coalesce(CAST(document_date AS VARCHAR), '?'),
                                         'amount': amount_text(original_amount), 'currency': currency_code,
                                         'open': amount_text(original_amount - settled_amount)})
         ELSE said('item_unpaid', {'key': open_item_key, 'date': coalesce(CAST(document_date AS VARCHAR), '?'),
                                   'amount': amount_text(original_amount), 'currency': currency_code}) END
