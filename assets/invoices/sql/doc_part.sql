-- Grain: one share of a VAT group with its amounts in the company's currency, + cost; what a VAT group's
-- amounts cannot be shared out evenly falls to its largest share. A group's amounts are rounded to the document's currency
-- before anything else. Inputs: doc_share, doc_group, doc_sum, doc_total, doc_rate, doc_party, company_vat_code. deductible is what of the VAT goes to the VAT account; charged is the VAT that the buyer
-- owes himself (reverse charge). ordinal counts from 1 within the document.
CREATE OR REPLACE TEMP TABLE doc_part AS
WITH converted AS (
    SELECT part.document_id, part.ordinal AS group_ordinal, rate.minor_unit,
           round_units(round_units(units_of(part.taxable) * total.scaled_units, total.scale_units, amount.minor_unit) * 1000000,
                       rate.rate_units, rate.minor_unit) AS taxable_units,
           round_units(round_units(units_of(part.vat) * total.scaled_units, total.scale_units, amount.minor_unit) * 1000000,
                       rate.rate_units, rate.minor_unit) AS vat_units
    FROM doc_group AS part
    JOIN doc_sum AS amount USING (document_id)
    JOIN doc_total AS total USING (document_id)
    JOIN doc_rate AS rate USING (document_id)
    WHERE rate.rate_units IS NOT NULL
), sized AS (
    SELECT share.*, sum(share_units) OVER same_group AS total_units,
           row_number() OVER (PARTITION BY document_id, group_ordinal ORDER BY abs(share_units) DESC, first_line) AS place
    FROM doc_share AS share
    WINDOW same_group AS (PARTITION BY document_id, group_ordinal)
), cut AS (
    SELECT sized.*, converted.minor_unit, converted.taxable_units AS group_taxable, converted.vat_units AS group_vat,
           CASE WHEN total_units // 10000 = 0 THEN 0 ELSE round_units(converted.taxable_units * (share_units // 10000), total_units // 10000, converted.minor_unit) END AS taxable_units,
           CASE WHEN total_units // 10000 = 0 THEN 0 ELSE round_units(converted.vat_units * (share_units // 10000), total_units // 10000, converted.minor_unit) END AS vat_units
    FROM sized JOIN converted USING (document_id, group_ordinal)
), exact AS (
    SELECT cut.*, CASE WHEN place = 1 THEN group_taxable - sum(taxable_units) OVER same_group + taxable_units ELSE taxable_units END AS taxable_part,
           CASE WHEN place = 1 THEN group_vat - sum(vat_units) OVER same_group + vat_units ELSE vat_units END AS vat_part
    FROM cut
    WINDOW same_group AS (PARTITION BY document_id, group_ordinal)
), charged AS (
    SELECT exact.*, code.treatment, code.vat_account_code, code.second_account_code, CAST(code.deductible_pct * 10000 AS HUGEINT) AS pct_units,
           CASE WHEN code.treatment = 'reverse_charge'
                THEN round_units(taxable_part * CAST(code.vat_rate * 10000 AS HUGEINT), 1000000, minor_unit)
                ELSE 0 END AS charged_units
    FROM exact
    JOIN doc_party AS party USING (document_id)
    LEFT JOIN company_vat_code AS code ON code.company_code = party.company_code AND code.vat_code = exact.vat_code
)
SELECT document_id, CAST(row_number() OVER (PARTITION BY document_id ORDER BY group_ordinal, place) AS INTEGER) AS ordinal,
       row_number() OVER (PARTITION BY document_id ORDER BY abs(taxable_part) DESC, group_ordinal, place) = 1 AS is_largest,
       vat_rate, vat_nature, account_code, vat_code, rule_kind, rule_code, treatment, vat_account_code, second_account_code,
       amount_of(taxable_part) AS taxable, amount_of(vat_part) AS vat, amount_of(charged_units) AS charged,
       CASE WHEN treatment = 'outside' THEN CAST(0 AS DECIMAL(18,4))
            ELSE amount_of(round_units((vat_part + charged_units) * pct_units, 1000000, minor_unit)) END AS deductible
FROM charged
