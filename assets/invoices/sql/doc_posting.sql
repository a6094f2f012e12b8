-- Grain: one posting to be made for a document, in the company's currency, + debit; all of a document add up to
-- zero once its instalments are added (doc_payable). Inputs: doc_part, doc_sum, doc_total, doc_rate, doc_party,
-- withholding, welfare_fund, withholding_account, welfare_fund_account. sort_number orders the postings of an entry.
CREATE OR REPLACE TEMP TABLE doc_posting AS
WITH money AS (
    SELECT amount.*, total.mask, total.tolerated, rate.rate_units, rate.minor_unit, party.company_code,
           party.rounding_account, party.stamp_duty_account
    FROM doc_sum AS amount
    JOIN doc_total AS total USING (document_id)
    JOIN doc_rate AS rate USING (document_id)
    JOIN doc_party AS party USING (document_id)
    WHERE total.mask IS NOT NULL AND rate.rate_units IS NOT NULL
), largest AS (
    SELECT document_id, account_code FROM doc_part WHERE is_largest
), other AS (
    SELECT money.document_id, 50 AS sort_number, coalesce(money.rounding_account, largest.account_code) AS account_code,
           (CASE WHEN money.mask & 1 > 0 THEN money.rounding ELSE 0 END
            + CASE WHEN money.mask & 2 > 0 THEN money.summary_rounding ELSE 0 END + money.tolerated) * money.economic_sign AS amount,
           'rounding' AS kind
    FROM money JOIN largest USING (document_id)
    UNION ALL
    SELECT money.document_id, 51, largest.account_code,
           CASE WHEN money.mask & 4 > 0 THEN money.adjustment ELSE 0 END * money.economic_sign, 'discount or charge'
    FROM money JOIN largest USING (document_id)
    UNION ALL
    SELECT money.document_id, 52, coalesce(money.stamp_duty_account, largest.account_code),
           CASE WHEN money.mask & 8 > 0 THEN money.stamp_duty ELSE 0 END * money.economic_sign, 'stamp duty'
    FROM money JOIN largest USING (document_id)
    UNION ALL
    SELECT money.document_id, 60, account.account_code, -withheld.amount * money.economic_sign, 'withholding ' || withheld.withholding_type
    FROM money
    JOIN withholding AS withheld USING (file_number, position)
    JOIN company_withholding AS account USING (company_code, withholding_type)
    UNION ALL
    SELECT money.document_id, 61, account.account_code, -fund.amount * money.economic_sign, 'fund ' || fund.fund_type
    FROM money
    JOIN welfare_fund AS fund USING (file_number, position)
    JOIN company_welfare_fund AS account USING (company_code, fund_type)
    WHERE account.is_withheld OR fund.fund_type = 'TC07'
    UNION ALL
    SELECT money.document_id, 62, CASE side.side WHEN 1 THEN account.account_code ELSE largest.account_code END,
           fund.amount * money.economic_sign * side.side, 'fund ' || fund.fund_type
    FROM money
    JOIN welfare_fund AS fund USING (file_number, position)
    JOIN company_welfare_fund AS account USING (company_code, fund_type)
    JOIN largest USING (document_id)
    CROSS JOIN (VALUES (1), (-1)) AS side(side)
    WHERE NOT account.is_withheld AND fund.fund_type <> 'TC07' AND account.account_code IS NOT NULL
)
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
