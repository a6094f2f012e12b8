-- Grain: one posting to be made for a document, in the company's currency, + debit; all of a document add up to
-- zero once its instalments are added (doc_payable). Inputs: doc_part, doc_sum, doc_total, doc_rate, doc_party,
-- withholding, company_withholding, doc_fund. sort_number orders the postings of an entry. The rounding is
-- what the other postings leave of what is payable to the supplier, so that the supplier gets what the document asks for; in another
-- currency it is what the document leaves over, and what the conversion does to the cent falls to the supplier's account.
CREATE OR REPLACE TEMP TABLE doc_posting AS
WITH money AS (
    SELECT amount.document_id, amount.file_number, amount.position, amount.economic_sign, amount.once_type,
           total.adjustment, total.stamp_duty, total.left_over, total.payable + total.prepaid AS owed_to_supplier,
           rate.rate_units, rate.minor_unit, rate.is_own_currency, party.company_code, party.rounding_account, party.stamp_duty_account
    FROM doc_sum AS amount
    JOIN doc_total AS total USING (document_id)
    JOIN doc_rate AS rate USING (document_id)
    JOIN doc_party AS party USING (document_id)
    WHERE total.mask IS NOT NULL AND rate.rate_units IS NOT NULL
), largest AS (
    SELECT document_id, account_code FROM doc_part WHERE is_largest
), other AS (
    SELECT money.document_id, 51 AS sort_number, largest.account_code, money.adjustment * money.economic_sign AS amount,
           'discount or charge' AS kind
    FROM money JOIN largest USING (document_id)
    WHERE money.adjustment <> 0
    UNION ALL
    SELECT money.document_id, 52, coalesce(money.stamp_duty_account, largest.account_code), money.stamp_duty * money.economic_sign,
           'stamp duty'
    FROM money JOIN largest USING (document_id)
    WHERE money.stamp_duty <> 0
    UNION ALL
    SELECT money.document_id, 60, account.account_code, -withheld.amount * money.economic_sign, 'withholding ' || withheld.withholding_type
    FROM money
    JOIN withholding AS withheld USING (file_number, position)
    JOIN company_withholding AS account USING (company_code, withholding_type)
    WHERE NOT coalesce(contains(money.once_type, withheld.withholding_type), false)
    UNION ALL
    SELECT money.document_id, 61, fund.account_code, -fund.amount * money.economic_sign, 'fund ' || fund.fund_type
    FROM money JOIN doc_fund AS fund USING (document_id)
    WHERE fund.is_withheld AND fund.account_code IS NOT NULL
    UNION ALL
    SELECT money.document_id, 62, CASE side.side WHEN 1 THEN fund.account_code ELSE largest.account_code END,
           fund.amount * money.economic_sign * side.side, 'fund ' || fund.fund_type
    FROM money
    JOIN doc_fund AS fund USING (document_id)
    JOIN largest USING (document_id)
    CROSS JOIN (VALUES (1), (-1)) AS side(side)
    WHERE NOT fund.is_withheld AND fund.account_code IS NOT NULL
), made AS (
    SELECT document_id, 10 AS sort_number, account_code,
           CAST(taxable + vat + charged - CASE WHEN treatment = 'outside' THEN 0 ELSE deductible END AS DECIMAL(18,4)) AS amount, 'cost' AS kind
    FROM doc_part
    UNION ALL
    SELECT document_id, 20, CASE WHEN treatment = 'deferred' THEN second_account_code ELSE vat_account_code END, deductible,
           'VAT ' || vat_code
    FROM doc_part
    UNION ALL
    SELECT document_id, 30, second_account_code, CAST(CASE treatment WHEN 'reverse_charge' THEN -charged ELSE -vat END AS DECIMAL(18,4)),
           'VAT owed ' || vat_code
    FROM doc_part
    WHERE treatment IN ('reverse_charge', 'split_payment')
    UNION ALL
    SELECT other.document_id, other.sort_number, other.account_code,
           amount_of(round_units(units_of(other.amount) * 1000000, rate.rate_units, rate.minor_unit)), other.kind
    FROM other
    JOIN doc_rate AS rate USING (document_id)
)
SELECT * FROM made
UNION ALL
SELECT money.document_id, 50, coalesce(money.rounding_account, largest.account_code),
       CASE WHEN money.is_own_currency OR money.owed_to_supplier = 0
            THEN CAST(money.owed_to_supplier * money.economic_sign - whole.amount AS DECIMAL(18,4))
            ELSE amount_of(round_units(units_of(money.left_over * money.economic_sign) * 1000000, money.rate_units, money.minor_unit)) END,
       'rounding'
FROM money
JOIN largest USING (document_id)
JOIN (SELECT document_id, sum(amount) AS amount FROM made GROUP BY document_id) AS whole USING (document_id)
