-- Grain: one document, with the rate between its currency and its company's: 1 where they are the same, else the
-- newest of the ten days up to the date of the document, null where there is none. rate_units are millionths. minor_unit is the
-- smallest amount of the company's currency, in units of the fourth decimal.
-- Inputs: doc, doc_party, exchange_rate, currency_digits.
CREATE OR REPLACE TEMP TABLE doc_rate AS
SELECT doc.document_id,
       CASE WHEN doc.currency_code = party.company_currency_code THEN CAST(1000000 AS HUGEINT)
            ELSE CAST(CAST(rate.exchange_rate AS DECIMAL(38,6)) * 1000000 AS HUGEINT) END AS rate_units,
       coalesce(doc.currency_code = party.company_currency_code, false) AS is_own_currency,
       CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS minor_unit
FROM doc
JOIN doc_party AS party USING (document_id)
LEFT JOIN exchange_rate AS rate
       ON rate.currency_code = doc.currency_code AND rate.company_currency_code = party.company_currency_code
      AND rate.rate_date BETWEEN doc.document_date - 10 AND doc.document_date
LEFT JOIN currency_digits AS digits ON digits.currency_code = party.company_currency_code
QUALIFY row_number() OVER (PARTITION BY doc.document_id ORDER BY rate.rate_date DESC) = 1
