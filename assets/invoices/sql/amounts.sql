-- What a document comes to: totals, VAT, withholding, funds and instalments.

-- name: doc_fund
-- Grain: one welfare fund of a document. is_withheld: the buyer keeps it back and owes it to the fund (always for TC07,
-- that of agents); else it is charged. withholding_type: as what it may stand among the withholdings as well (RT03 to
-- RT06). Inputs: doc, doc_party, welfare_fund, company_welfare_fund. account_code is null where the company does not
-- know the fund, or has it with the cost.
CREATE OR REPLACE TEMP TABLE doc_fund AS
SELECT doc.document_id, doc.file_number, doc.position, fund.fund_type, fund.amount, fund.vat_rate, fund.vat_nature,
       known.account_code,
       coalesce(known.is_withheld, false) OR fund.fund_type = 'TC07' AS is_withheld,
       CASE fund.fund_type WHEN 'TC22' THEN 'RT03' WHEN 'TC07' THEN 'RT04' WHEN 'TC09' THEN 'RT05'
            ELSE 'RT06' END AS withholding_type
FROM doc
JOIN doc_party AS party USING (document_id)
JOIN welfare_fund AS fund USING (file_number, position)
LEFT JOIN company_welfare_fund AS known ON known.company_code = party.company_code AND known.fund_type = fund.fund_type

-- name: doc_per_cent
-- Grain: one document of FatturaPA with a discount or charge of the whole document in per cent alone. All of its
-- discounts and charges, compounded in their order, turn an amount x into factor * x + addend; null where they are
-- absurd. pct_text names the rates. Inputs: doc, adjustment.
CREATE OR REPLACE TEMP TABLE doc_per_cent AS
WITH step AS (
    SELECT doc.document_id, adjustment.ordinal, adjustment.amount, adjustment.pct,
           CASE WHEN adjustment.kind = 'discount' THEN -1 ELSE 1 END AS direction
    FROM doc
    JOIN adjustment USING (file_number, position)
    WHERE doc.format NOT IN ('UBL', 'CII')
), listed AS (
    SELECT document_id,
           string_agg(rtrim(rtrim(CAST(pct AS VARCHAR), '0'), '.') || ' %', ' and '
                      ORDER BY ordinal) FILTER (amount IS NULL AND pct <> 0) AS pct_text,
           CASE WHEN max(pct) FILTER (amount IS NULL) <= 100 AND count(*) <= 8
                     AND coalesce(max(abs(amount)), 0) < 1000000000000
                THEN list([CAST(1000000 AS HUGEINT)
                           + CASE WHEN amount IS NULL THEN direction * CAST(coalesce(pct, 0) * 10000 AS HUGEINT)
                                  ELSE 0 END,
                           direction * units_of(coalesce(amount, 0)) * 1000000000000] ORDER BY ordinal) END AS steps
    FROM step GROUP BY document_id
    HAVING bool_or(amount IS NULL AND pct <> 0)
), reduced AS (
    SELECT document_id, pct_text, list_reduce(list_prepend([CAST(1000000000000 AS HUGEINT), CAST(0 AS HUGEINT)], steps),
               lambda done, step: [done[1] * step[1] // 1000000, done[2] * step[1] // 1000000 + step[2]]) AS done
    FROM listed
)
SELECT document_id, pct_text, CAST(CAST(done[1] AS DECIMAL(26,0)) * 0.000000000001 AS DECIMAL(18,12)) AS factor,
       amount_of(done[2] // 1000000000000) AS addend
FROM reduced

-- name: doc_sum
-- Grain: one document, with the sums of its parts in its currency as they stand there. Inputs: doc, vat_summary,
-- withholding, doc_fund, doc_per_cent, adjustment, invoice_line, payment, currency_digits. Absent parts are zero,
-- absent totals are null. A sum of a million millions and more is null, which no convention explains (R09): an absurd
-- document must not stop the others by an overflow. minor_unit is the currency's smallest amount, in units of the
-- fourth decimal; is_whole says that the currency has hundredths by its norm and none in practice. Lines that are the
-- sum of others (is_subtotal) and payments of zero enter no sum. What is kept back may stand twice, as a withholding
-- (RT03 to RT06) and as a fund: then it is the fund (once_type names them), and if the two differ nobody knows what is
-- meant (has_two_contributions). Discounts and charges of the document in per cent alone, compounded in their order,
-- turn an amount x into factor * x + addend (doc_per_cent).
CREATE OR REPLACE TEMP TABLE doc_sum AS
WITH vat AS (
    SELECT file_number, position, sum(taxable_amount) AS taxable, sum(vat_amount) AS vat,
           sum(CASE WHEN exigibility = 'S' THEN vat_amount ELSE 0 END) AS split_vat,
           sum(coalesce(rounding_amount, 0)) AS summary_rounding, sum(coalesce(ancillary_amount, 0)) AS ancillary
    FROM vat_summary GROUP BY file_number, position
), kept_back AS (
    SELECT file_number, position, withholding_type, sum(amount) FILTER (kind = 'withholding') AS withheld,
           sum(amount) FILTER (kind = 'fund') AS fund, sum(amount) FILTER (kind = 'charge') AS charge
    FROM (
        SELECT file_number, position, withholding_type, amount, 'withholding' AS kind FROM withholding
        UNION ALL
        SELECT file_number, position, withholding_type, amount, CASE WHEN is_withheld THEN 'fund' ELSE 'charge' END
        FROM doc_fund
    )
    GROUP BY file_number, position, withholding_type
), withheld AS (
    SELECT file_number, position, sum(withheld) FILTER (fund IS NULL) AS withheld, sum(fund) AS fund,
           sum(charge) AS charge,
           string_agg(withholding_type, ' and '
                      ORDER BY withholding_type) FILTER (withheld IS NOT NULL AND fund IS NOT NULL) AS once_type,
           bool_or(withheld <> fund) AS has_two_contributions
    FROM kept_back GROUP BY file_number, position
), adjusted AS (
    SELECT file_number, position, sum(amount) FILTER (kind = 'discount') AS allowances,
           sum(amount) FILTER (kind = 'charge') AS charges,
           bool_or(amount IS NULL) AS has_missing_amount,
           coalesce(bool_or(amount IS NULL AND pct <> 0), false) AS has_per_cent
    FROM adjustment GROUP BY file_number, position
), line AS (
    SELECT file_number, position, sum(amount) AS amount, max(abs(amount)) AS largest_amount, count(*) AS line_count
    FROM invoice_line WHERE is_subtotal IS NOT TRUE GROUP BY file_number, position
), paid AS (
    SELECT file_number, position, sum(amount) AS amount, count(*) FILTER (amount <> 0) AS payment_count,
           count(*) FILTER (amount = 0) AS zero_payment_count
    FROM payment WHERE amount IS NOT NULL GROUP BY file_number, position
), found AS (
    SELECT doc.document_id, doc.file_number, doc.position, doc.format IN ('UBL', 'CII') AS is_european,
           CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS minor_unit,
           coalesce(digits.is_whole, false) AS is_whole,
           TRY_CAST(CASE WHEN line.largest_amount >= 1000000000000 THEN NULL
                         ELSE coalesce(vat.taxable, 0) END AS DECIMAL(16,4)) AS taxable,
           TRY_CAST(coalesce(vat.vat, 0) AS DECIMAL(16,4)) AS vat,
           TRY_CAST(coalesce(vat.split_vat, 0) AS DECIMAL(16,4)) AS split_vat,
           TRY_CAST(coalesce(vat.summary_rounding, 0) AS DECIMAL(16,4)) AS summary_rounding,
           TRY_CAST(coalesce(vat.ancillary, 0) AS DECIMAL(16,4)) AS ancillary,
           TRY_CAST(coalesce(withheld.withheld, 0) AS DECIMAL(16,4)) AS withheld,
           TRY_CAST(coalesce(withheld.fund, 0) AS DECIMAL(16,4)) AS withheld_fund,
           TRY_CAST(coalesce(withheld.charge, 0) AS DECIMAL(16,4)) AS charged_fund,
           withheld.once_type, coalesce(withheld.has_two_contributions, false) AS has_two_contributions,
           TRY_CAST(coalesce(adjusted.allowances, 0) AS DECIMAL(16,4)) AS allowances,
           TRY_CAST(coalesce(adjusted.charges, 0) AS DECIMAL(16,4)) AS charges,
           coalesce(adjusted.has_missing_amount, false) AS has_missing_amount,
           coalesce(adjusted.has_per_cent, false) AS is_reduced,
           TRY_CAST(coalesce(doc.rounding_amount, 0) AS DECIMAL(16,4)) AS rounding,
           TRY_CAST(coalesce(doc.stamp_duty_amount, 0) AS DECIMAL(16,4)) AS stamp_duty,
           TRY_CAST(coalesce(doc.prepaid_amount, 0) AS DECIMAL(16,4)) AS prepaid,
           TRY_CAST(coalesce(doc.payable_rounding_amount, 0) AS DECIMAL(16,4)) AS payable_rounding,
           CAST(line.amount AS DECIMAL(38,8)) AS line_total, coalesce(line.line_count, 0) AS line_count,
           TRY_CAST(paid.amount AS DECIMAL(16,4)) AS payment_total, coalesce(paid.payment_count, 0) AS payment_count,
           coalesce(paid.zero_payment_count, 0) AS zero_payment_count,
           doc.total_amount, doc.payable_amount, coalesce(vat.taxable IS NOT NULL, false) AS has_summary,
           CASE WHEN doc.is_credit_note AND coalesce(vat.taxable, 0) + coalesce(vat.vat, 0) > 0 THEN -1
                ELSE 1 END AS economic_sign
    FROM doc
    LEFT JOIN currency_digits AS digits USING (currency_code)
    LEFT JOIN vat USING (file_number, position)
    LEFT JOIN withheld USING (file_number, position)
    LEFT JOIN adjusted USING (file_number, position)
    LEFT JOIN line USING (file_number, position)
    LEFT JOIN paid USING (file_number, position)
)
SELECT found.* EXCLUDE (payable_amount, has_missing_amount, is_reduced),
       CASE WHEN is_european THEN payable_amount END AS amount_due,
       is_reduced AND NOT is_european AS has_per_cent,
       CASE WHEN is_european AND has_missing_amount THEN NULL WHEN is_reduced AND NOT is_european THEN 0
            ELSE charges - allowances END AS adjustment,
       per_cent.factor, per_cent.addend, per_cent.pct_text
FROM found
LEFT JOIN doc_per_cent AS per_cent USING (document_id)

-- name: doc_group
-- Grain: one VAT rate, nature and exigibility of a document. taxable and vat are what its summary says, from the
-- buyer's view (a credit note is negative), in the document's currency, without the row of a fund that is kept back
-- (fund_amount, as it stands there: the summary may list the agents' fund, which nobody charges); null where doc_sum
-- has null. is_rounded: one of them has more decimals than the currency. What the group should come to stands beside
-- it, with the document's signs: piece_total is what its lines, its charges less its allowances (EN 16931) and its
-- welfare funds add up to, piece_vat their VAT rounded one by one. is_off says that the pieces, each of which may be
-- off by the smallest amount, do not add up to the base: judged for EN 16931, which has the rate of every piece;
-- elsewhere the whole document is (doc_line_check). is_by_line: the VAT is not that of the base, and it is that of the
-- pieces rounded one by one. Inputs: doc_sum, doc, doc_party, vat_summary, invoice_line, adjustment, doc_fund.
CREATE OR REPLACE TEMP TABLE doc_group AS
WITH stated AS (
    SELECT amount.document_id, vat.vat_rate, vat.vat_nature, coalesce(vat.exigibility, 'I') AS exigibility,
           any_value(amount.economic_sign) AS economic_sign, any_value(amount.is_european) AS is_european,
           any_value(amount.line_count) AS line_count, any_value(amount.minor_unit) AS minor_unit,
           any_value(amount.is_whole) AS is_whole,
           sum(vat.taxable_amount) AS taxable, sum(vat.vat_amount) AS vat, min(vat.ordinal) AS ordinal
    FROM doc_sum AS amount
    JOIN vat_summary AS vat USING (file_number, position)
    GROUP BY amount.document_id, vat.vat_rate, vat.vat_nature, coalesce(vat.exigibility, 'I')
), piece AS (
    SELECT doc.document_id, line.vat_rate, line.vat_nature, line.amount
    FROM doc JOIN invoice_line AS line USING (file_number, position)
    WHERE line.is_subtotal IS NOT TRUE
    UNION ALL
    SELECT doc.document_id, adjustment.vat_rate, adjustment.vat_nature,
           CAST(CASE adjustment.kind WHEN 'discount' THEN -adjustment.amount
                     ELSE adjustment.amount END AS DECIMAL(28,8))
    FROM doc JOIN adjustment USING (file_number, position)
    WHERE doc.format IN ('UBL', 'CII')
    UNION ALL
    SELECT document_id, vat_rate, vat_nature, CAST(amount AS DECIMAL(28,8)) FROM doc_fund WHERE NOT is_withheld
), pieces AS (
    SELECT piece.document_id, coalesce(piece.vat_rate, 0) AS rate, nullif(piece.vat_nature, 'S') AS nature,
           sum(piece.amount) AS piece_total, count(*) AS piece_count,
           sum(round_units(CAST(piece.amount * 100000000 AS HUGEINT)
                           * CAST(coalesce(piece.vat_rate, 0) * 10000 AS HUGEINT), CAST(10000000000 AS HUGEINT),
                           CASE WHEN amount.is_whole THEN CAST(10000 AS HUGEINT)
                                ELSE amount.minor_unit END)) AS piece_vat_units
    FROM piece JOIN doc_sum AS amount USING (document_id)
    GROUP BY piece.document_id, coalesce(piece.vat_rate, 0), nullif(piece.vat_nature, 'S')
), unrated AS (
    SELECT DISTINCT document_id FROM piece WHERE vat_rate IS NULL AND nullif(vat_nature, 'S') IS NULL
), kept_back AS (
    SELECT document_id, vat_nature, sum(amount) AS amount FROM doc_fund WHERE is_withheld AND coalesce(vat_rate, 0) = 0
    GROUP BY document_id, vat_nature
), beside AS (
    SELECT stated.*, coalesce(pieces.piece_total, 0) AS piece_total, coalesce(pieces.piece_count, 0) AS piece_count,
           TRY_CAST(TRY_CAST(coalesce(pieces.piece_vat_units, 0) AS DECIMAL(34,0)) * 0.0001 AS DECIMAL(18,4))
               AS piece_vat,
           -- The fund's row, or that part of a row of its nature which no line accounts for.
           CASE WHEN coalesce(stated.vat_rate, 0) = 0 AND stated.taxable
                     - coalesce(pieces.piece_total, 0) = kept_back.amount
                THEN kept_back.amount ELSE 0 END AS fund_amount,
           unrated.document_id IS NOT NULL AS is_unrated
    FROM stated
    LEFT JOIN pieces ON pieces.document_id = stated.document_id AND pieces.rate = coalesce(stated.vat_rate, 0)
      AND pieces.nature IS NOT DISTINCT FROM nullif(stated.vat_nature, 'S')
    LEFT JOIN kept_back ON kept_back.document_id = stated.document_id
      AND kept_back.vat_nature IS NOT DISTINCT FROM stated.vat_nature
    LEFT JOIN unrated ON unrated.document_id = stated.document_id
)
SELECT document_id, vat_rate, vat_nature, exigibility, ordinal, piece_total, piece_count, piece_vat,
       TRY_CAST(fund_amount AS DECIMAL(16,4)) AS fund_amount,
       TRY_CAST((taxable - fund_amount) * economic_sign AS DECIMAL(16,4)) AS taxable,
       TRY_CAST(vat * economic_sign AS DECIMAL(16,4)) AS vat,
       fund_amount <> 0 AND taxable = fund_amount AS is_fund_row,
       CAST((taxable - fund_amount) * 10000 AS HUGEINT) % minor_unit <> 0
           OR CAST(vat * 10000 AS HUGEINT) % minor_unit <> 0 AS is_rounded,
       is_european AND line_count > 0 AND NOT is_unrated
       AND abs(CAST(taxable AS DECIMAL(38,8)) - piece_total)
           > slack AS is_off,
       vat = piece_vat AND abs(CAST(taxable AS DECIMAL(38,8)) - piece_total) <= slack
       AND abs(CAST(taxable AS DECIMAL(38,4)) * vat_rate
               - CAST(vat AS DECIMAL(38,4)) * 100) > 100 * greatest(tolerance, smallest)
       AND NOT (is_whole AND vat % 1 = 0
                AND abs(CAST(taxable AS DECIMAL(38,4)) * vat_rate - CAST(vat AS DECIMAL(38,4)) * 100) <= 50)
                    AS is_by_line
FROM (
    SELECT beside.*, coalesce(party.invoice_tolerance, 0) AS tolerance,
           CAST(minor_unit AS DECIMAL(9,0)) * 0.0001 AS smallest,
           greatest(coalesce(party.invoice_tolerance, 0),
                    CAST(minor_unit AS DECIMAL(9,0)) * 0.0001 * greatest(piece_count, 1),
                    CASE WHEN is_whole AND taxable % 1 = 0 THEN piece_count ELSE 0 END) AS slack
    FROM beside
    JOIN doc_party AS party USING (document_id)
)

-- name: doc_line_check
-- Grain: one document with lines and a VAT summary, with the named convention under which they agree (null where none
-- does). Inputs: doc_sum, doc_group, doc_party. Lines are trusted as they stand (PrezzoTotale); every line may be off
-- by the smallest amount. Charges and allowances of EN 16931 are always part of the base; those of FatturaPA may be.
-- The fewest names win, then the smallest difference. mask says which names: what explains the base cannot explain the
-- total as well (doc_total).
CREATE OR REPLACE TEMP TABLE doc_line_check AS
WITH compared AS (
    SELECT amount.*, greatest(coalesce(party.invoice_tolerance, 0),
                              CAST(amount.minor_unit AS DECIMAL(9,0)) * 0.0001 * amount.line_count,
                              CASE WHEN amount.is_whole AND amount.taxable % 1 = 0 THEN amount.line_count
                                   ELSE 0 END) AS tolerance,
           CAST(amount.taxable AS DECIMAL(38,8)) - coalesce(fund_row.amount, 0) - amount.line_total
           - CASE WHEN amount.is_european THEN amount.adjustment ELSE 0 END AS rest,
           CASE WHEN amount.has_per_cent AND abs(amount.line_total) < 1000000000000
                THEN CAST(amount.line_total AS DECIMAL(20,8)) * amount.factor + amount.addend
                    - amount.line_total END AS per_cent,
           (amount.charged_fund <> 0)::INTEGER + 2 * (amount.ancillary <> 0)::INTEGER
           + 4 * (amount.adjustment <> 0 AND NOT amount.is_european)::INTEGER
           + 8 * (amount.summary_rounding <> 0)::INTEGER
           + 16 * (amount.stamp_duty <> 0)::INTEGER
           + 32 * (amount.has_per_cent AND abs(amount.line_total) < 1000000000000
                   AND amount.factor IS NOT NULL)::INTEGER AS available
    FROM doc_sum AS amount
    JOIN doc_party AS party USING (document_id)
    LEFT JOIN (
        SELECT document_id, sum(fund_amount) AS amount FROM doc_group WHERE fund_amount <> 0 GROUP BY document_id
    ) AS fund_row USING (document_id)
    WHERE amount.line_count > 0 AND amount.has_summary
), mask AS (
    SELECT possible.available, CAST(mask.mask AS INTEGER) AS mask
    FROM (SELECT DISTINCT available FROM compared) AS possible
    JOIN range(64) AS mask(mask) ON mask.mask & possible.available = mask.mask
), tried AS (
    SELECT compared.*, mask.mask,
           abs(rest - CASE WHEN mask & 1 > 0 THEN charged_fund ELSE 0 END
               - CASE WHEN mask & 2 > 0 THEN ancillary ELSE 0 END
               - CASE WHEN mask & 4 > 0 THEN adjustment ELSE 0 END
               - CASE WHEN mask & 8 > 0 THEN summary_rounding ELSE 0 END
               - CASE WHEN mask & 16 > 0 THEN stamp_duty ELSE 0 END
               - CASE WHEN mask & 32 > 0 THEN per_cent ELSE 0 END) AS difference
    FROM compared
    JOIN mask USING (available)
)
SELECT document_id, difference, difference <= tolerance AS is_explained,
       CASE WHEN difference <= tolerance THEN mask END AS mask,
       'lines' || concat(CASE WHEN mask & 1 > 0 THEN ', welfare fund' END,
                         CASE WHEN mask & 2 > 0 THEN ', ancillary costs' END,
                         CASE WHEN mask & 4 > 0 OR is_european
                                   AND adjustment <> 0 THEN ', discount or charge of the document' END,
                         CASE WHEN mask & 8 > 0 THEN ', rounding of the summary' END,
                         CASE WHEN mask & 16 > 0 THEN ', stamp duty' END,
                         CASE WHEN mask & 32 > 0 THEN ', discount or charge of ' || pct_text END) AS convention
FROM tried
QUALIFY row_number() OVER (PARTITION BY document_id ORDER BY difference > tolerance, bit_count(mask), difference,
                           mask) = 1

-- name: doc_total
-- Grain: one document, with the named convention that explains its total (null where none does), and what is to be
-- paid, in its currency and with its signs. Inputs: doc_sum, doc_group, doc_line_check, doc_party. FatturaPA: every set
-- of named differences is tried; an exact one with the fewest names wins, in the order of their bits; what remains
-- within the tolerance is rounding. Figures: the document's total equals base and VAT in less than half of real
-- documents. What explains the base already explains no total (money counts once). Where the total is missing, base and
-- VAT are it, unless there is a discount that is not in the base: then the payments decide which. payable is net of
-- what is withheld and of split VAT. EN 16931: the total with VAT (BT-112) is base and VAT; what is to be paid is the
-- amount due (BT-115), which is the total less what was paid before (BT-113) and with the rounding of it (BT-114).
-- payable has the decimals of the currency, half rounded up; where it is whole in practice, what the payments ask for.
-- left_over is what no other posting accounts for: roundings. scaled_units / scale_units: what base and VAT are to be
-- multiplied by.
CREATE OR REPLACE TEMP TABLE doc_total AS
WITH stated AS (
    SELECT amount.*, coalesce(grouped.fund_total, 0) AS fund_row, coalesce(grouped.has_rounded, false) AS is_rounded,
           coalesce(grouped.has_by_line, false) AS is_by_line,
           amount.taxable - coalesce(grouped.fund_total, 0) AS base,
           amount.taxable - coalesce(grouped.fund_total, 0) + amount.vat AS base_and_vat,
           greatest(coalesce(party.invoice_tolerance, 0), CAST(amount.minor_unit // 2 AS DECIMAL(9,0)) * 0.0001)
               AS slack,
           amount.adjustment <> 0 AND NOT amount.is_european AND coalesce(line.mask, 0) & 4 = 0 AS is_adjusted,
           amount.has_per_cent AND coalesce(line.mask, 0) & 32 = 0 AS is_reduced,
           coalesce(line.mask, 0) AS line_mask
    FROM doc_sum AS amount
    JOIN doc_party AS party USING (document_id)
    LEFT JOIN doc_line_check AS line USING (document_id)
    LEFT JOIN (
        SELECT document_id, sum(fund_amount) AS fund_total, bool_or(is_rounded) AS has_rounded,
               bool_or(is_by_line) AS has_by_line FROM doc_group GROUP BY document_id
    ) AS grouped USING (document_id)
), compared AS (
    SELECT *, is_adjusted OR is_reduced AS has_open_discount,
           CASE WHEN total_amount IS NOT NULL THEN total_amount
                WHEN (is_adjusted OR is_reduced)
                    AND payment_count > 0 THEN CASE WHEN base_and_vat < 0 THEN -abs(payment_total)
                                                    ELSE abs(payment_total) END END AS aim,
           CASE WHEN is_reduced THEN round(base_and_vat * factor + addend, 2) - base_and_vat END AS reduced_all,
           CASE WHEN is_reduced THEN round(base * factor + addend, 2) - base END AS reduced_base,
           CASE WHEN is_european THEN 0 ELSE
               (rounding <> 0)::INTEGER + 2 * (summary_rounding <> 0 AND line_mask & 8 = 0)::INTEGER
                   + 4 * is_adjusted::INTEGER
               + 8 * (stamp_duty <> 0 AND line_mask & 16 = 0)::INTEGER + 16 * (withheld <> 0)::INTEGER
               + 32 * (withheld_fund <> 0)::INTEGER
               + 64 * (split_vat <> 0)::INTEGER + 128 * (fund_row <> 0)::INTEGER
               + 256 * (is_reduced AND factor IS NOT NULL AND split_vat = 0 AND base_and_vat <> 0)::INTEGER
               + 512 * (is_reduced AND factor IS NOT NULL)::INTEGER END AS available
    FROM stated
), mask AS (
    SELECT possible.available, CAST(mask.mask AS INTEGER) AS mask
    FROM (SELECT DISTINCT available FROM compared) AS possible
    JOIN range(1024) AS mask(mask) ON mask.mask & possible.available = mask.mask AND mask.mask & 768 < 768
), named AS (
    SELECT compared.*, mask.mask,
           CASE WHEN mask & 4 > 0 THEN adjustment WHEN mask & 512 > 0 THEN reduced_base ELSE 0 END AS posted_adjustment,
           CASE WHEN mask & 8 > 0 THEN stamp_duty ELSE 0 END AS posted_stamp_duty,
           CASE WHEN mask & 256 > 0 THEN reduced_all ELSE 0 END AS reduction,
           CASE WHEN mask & 1 > 0 THEN rounding ELSE 0 END
           + CASE WHEN mask & 2 > 0 THEN summary_rounding ELSE 0 END AS rounded,
           CASE WHEN mask & 16 > 0 THEN withheld ELSE 0 END + CASE WHEN mask & 32 > 0 THEN withheld_fund ELSE 0 END
           + CASE WHEN mask & 64 > 0 THEN split_vat ELSE 0 END
           - CASE WHEN mask & 128 > 0 THEN fund_row ELSE 0 END AS taken_off
    FROM compared
    JOIN mask USING (available)
), tried AS (
    SELECT *, base_and_vat + rounded + posted_adjustment + posted_stamp_duty + reduction AS gross,
           CASE WHEN aim IS NULL THEN 0
                ELSE aim - (base_and_vat + rounded + posted_adjustment + posted_stamp_duty + reduction
                            - taken_off) END AS difference
    FROM named
), chosen AS (
    SELECT * REPLACE (gross + difference AS gross),
           gross + difference - CASE WHEN is_european THEN prepaid - payable_rounding
                                     ELSE withheld + withheld_fund + split_vat END AS owed
    FROM tried
    WHERE CASE WHEN aim IS NULL THEN mask = 0 AND NOT has_open_discount
               ELSE abs(difference) <= slack OR is_whole AND aim % 1 = 0 AND abs(difference) <= 0.5 END
    QUALIFY row_number() OVER (PARTITION BY document_id ORDER BY abs(difference), bit_count(mask), mask) = 1
), due AS (
    SELECT *, CASE WHEN amount_due IS NULL THEN owed
                   WHEN abs(amount_due - owed) <= slack OR is_whole AND amount_due % 1 = 0
                       AND abs(amount_due - owed) <= 0.5
                   THEN amount_due END AS exact
    FROM chosen
), cut AS (
    SELECT *, amount_of(round_units(units_of(exact), 1, minor_unit)) AS exact_part,
           amount_of(round_units(units_of(prepaid), 1, minor_unit)) AS prepaid_part
    FROM due
), paid AS (
    SELECT *, CASE WHEN is_whole AND payment_count > 0 AND payment_total % 1 = 0
                        AND abs(abs(payment_total) - abs(exact_part)) <= 0.5
                   THEN sign(exact_part) * abs(payment_total) ELSE exact_part END AS payable
    FROM cut
)
SELECT amount.document_id, CASE WHEN paid.payable IS NOT NULL THEN paid.mask END AS mask,
       CAST(paid.gross AS DECIMAL(18,4)) AS gross,
       CAST(paid.owed AS DECIMAL(18,4)) AS owed, CAST(paid.exact AS DECIMAL(18,4)) AS exact,
       CAST(paid.payable AS DECIMAL(18,4)) AS payable,
       paid.prepaid_part AS prepaid, CAST(paid.posted_adjustment AS DECIMAL(18,4)) AS adjustment,
       CAST(paid.posted_stamp_duty AS DECIMAL(18,4)) AS stamp_duty,
       CAST(paid.payable + paid.prepaid_part + paid.withheld + paid.withheld_fund + paid.split_vat
            - paid.posted_adjustment - paid.posted_stamp_duty
            - paid.base_and_vat - paid.reduction AS DECIMAL(18,4)) AS left_over,
       CASE WHEN paid.mask & 256 > 0 THEN units_of(paid.base_and_vat + paid.reduction) ELSE 1 END AS scaled_units,
       CASE WHEN paid.mask & 256 > 0 THEN units_of(paid.base_and_vat) ELSE 1 END AS scale_units,
       CASE WHEN paid.payable IS NOT NULL THEN
           CASE WHEN paid.total_amount IS NULL THEN 'total missing: ' ELSE '' END || 'base and VAT' || concat(
               CASE WHEN paid.mask & 1 > 0 THEN ', rounding' END,
               CASE WHEN paid.mask & 2 > 0 THEN ', rounding of the summary' END,
               CASE WHEN paid.mask & 4 > 0 THEN ', discount or charge of the document' END,
               CASE WHEN paid.mask & 256 > 0 THEN ', discount or charge of ' || paid.pct_text || ' on base and VAT'
                    WHEN paid.mask & 512 > 0 THEN ', discount or charge of ' || paid.pct_text || ' on the base'
                    WHEN paid.is_reduced THEN ', discount or charge of ' || paid.pct_text || ' in the prices' END,
               CASE WHEN paid.mask & 8 > 0 THEN ', stamp duty' END,
               CASE WHEN paid.mask & 128 > 0 THEN ', row of the withheld fund' END,
               CASE WHEN paid.mask & 16 > 0 THEN ', less withholding' END,
               CASE WHEN paid.mask & 32 > 0 THEN ', less withheld fund' END,
               CASE WHEN paid.mask & 64 > 0 THEN ', less split VAT' END,
               CASE WHEN paid.is_by_line THEN ', VAT rounded line by line' END,
               CASE WHEN paid.prepaid <> 0 THEN ', less what was paid before' END,
               CASE WHEN paid.payable_rounding <> 0 THEN ', rounding of the amount due' END,
               CASE WHEN paid.aim IS DISTINCT FROM paid.total_amount THEN ', as the payments say' END,
               CASE WHEN paid.fund_row <> 0 AND paid.mask & 128 = 0 THEN ', row of the withheld fund left out' END,
               CASE WHEN paid.once_type IS NOT NULL THEN ', ' || paid.once_type || ' is the withheld fund' END,
               CASE WHEN paid.difference = 0 AND paid.exact = paid.owed THEN NULL
                    WHEN greatest(abs(paid.difference), abs(paid.exact - paid.owed)) <= paid.slack
                        THEN ', within the tolerance'
                    ELSE ', rounded to a whole amount' END,
               CASE WHEN paid.payable <> paid.exact_part THEN ', rounded to a whole amount'
                    WHEN paid.is_rounded OR paid.exact_part <> paid.exact OR paid.prepaid_part <> paid.prepaid
                    THEN ', rounded to the currency''s smallest amount' END) END AS total_convention
FROM doc_sum AS amount
LEFT JOIN paid USING (document_id)

-- name: doc_rate
-- Grain: one document, with the rate between its currency and its company's: 1 where they are the same, else the newest
-- of the ten days up to the date of the document, null where there is none. rate_units are millionths. minor_unit is
-- the smallest amount of the company's currency, in units of the fourth decimal. Inputs: doc, doc_party, exchange_rate,
-- currency_digits.
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

-- name: doc_part
-- Grain: one share of a VAT group with its amounts in the company's currency, + cost; what a VAT group's amounts cannot
-- be shared out evenly falls to its largest share. A group's amounts are rounded to the document's currency before
-- anything else. Inputs: doc_share, doc_group, doc_sum, doc_total, doc_rate, doc_party, company_vat_code. deductible is
-- what of the VAT goes to the VAT account; charged is the VAT that the buyer owes himself (reverse charge). ordinal
-- counts from 1 within the document.
CREATE OR REPLACE TEMP TABLE doc_part AS
WITH converted AS (
    SELECT part.document_id, part.ordinal AS group_ordinal, rate.minor_unit,
           round_units(round_units(units_of(part.taxable) * total.scaled_units, total.scale_units,
                                   amount.minor_unit) * 1000000,
                       rate.rate_units, rate.minor_unit) AS taxable_units,
           round_units(round_units(units_of(part.vat) * total.scaled_units, total.scale_units,
                                   amount.minor_unit) * 1000000,
                       rate.rate_units, rate.minor_unit) AS vat_units
    FROM doc_group AS part
    JOIN doc_sum AS amount USING (document_id)
    JOIN doc_total AS total USING (document_id)
    JOIN doc_rate AS rate USING (document_id)
    WHERE rate.rate_units IS NOT NULL
), sized AS (
    SELECT share.*, sum(share_units) OVER same_group AS total_units,
           row_number() OVER (PARTITION BY document_id, group_ordinal ORDER BY abs(share_units) DESC, first_line)
               AS place
    FROM doc_share AS share
    WINDOW same_group AS (PARTITION BY document_id, group_ordinal)
), cut AS (
    SELECT sized.*, converted.minor_unit, converted.taxable_units AS group_taxable, converted.vat_units AS group_vat,
           CASE WHEN total_units // 10000 = 0 THEN 0
                ELSE round_units(converted.taxable_units * (share_units // 10000), total_units // 10000,
                                 converted.minor_unit) END AS taxable_units,
           CASE WHEN total_units // 10000 = 0 THEN 0
                ELSE round_units(converted.vat_units * (share_units // 10000), total_units // 10000,
                                 converted.minor_unit) END AS vat_units
    FROM sized JOIN converted USING (document_id, group_ordinal)
), exact AS (
    SELECT cut.*, CASE WHEN place = 1 THEN group_taxable - sum(taxable_units) OVER same_group + taxable_units
                       ELSE taxable_units END AS taxable_part,
           CASE WHEN place = 1 THEN group_vat - sum(vat_units) OVER same_group + vat_units
                ELSE vat_units END AS vat_part
    FROM cut
    WINDOW same_group AS (PARTITION BY document_id, group_ordinal)
), charged AS (
    SELECT exact.*, code.treatment, code.vat_account_code, code.second_account_code,
           CAST(code.deductible_pct * 10000 AS HUGEINT) AS pct_units,
           CASE WHEN code.treatment = 'reverse_charge'
                THEN round_units(taxable_part * CAST(code.vat_rate * 10000 AS HUGEINT), 1000000, minor_unit)
                ELSE 0 END AS charged_units
    FROM exact
    JOIN doc_party AS party USING (document_id)
    LEFT JOIN company_vat_code AS code ON code.company_code = party.company_code AND code.vat_code = exact.vat_code
)
SELECT document_id, CAST(row_number() OVER (PARTITION BY document_id ORDER BY group_ordinal, place) AS INTEGER)
    AS ordinal,
       row_number() OVER (PARTITION BY document_id ORDER BY abs(taxable_part) DESC, group_ordinal, place) = 1
           AS is_largest,
       vat_rate, vat_nature, account_code, vat_code, rule_kind, rule_code, treatment, vat_account_code,
       second_account_code,
       amount_of(taxable_part) AS taxable, amount_of(vat_part) AS vat, amount_of(charged_units) AS charged,
       CASE WHEN treatment = 'outside' THEN CAST(0 AS DECIMAL(18,4))
            ELSE amount_of(round_units((vat_part + charged_units) * pct_units, 1000000, minor_unit)) END AS deductible
FROM charged

-- name: doc_instalment
-- Grain: one instalment of a document, from the buyer's view: + to pay. Inputs: doc, doc_sum, doc_total, doc_party,
-- payment, supplier_term; the macro due_by_terms. convention says how the payments agree with what is payable; null
-- where they do not. Without payments there is one instalment, due by the supplier's terms, or as a payment of zero
-- says. Payments that add up to what is payable stand as they are; others, stated before something is taken off or with
-- more decimals than the currency has, come to it in proportion, in whole smallest amounts (whole ones where nobody
-- pays less): what is left goes to those that were cut most, then to the earliest, whether its day is stated or follows
-- from days, so that all add up and none changes its sign. A difference within the tolerance falls to the last, unless
-- that has less. A payment against the sign of the others (money that comes back) stays one against them. What was paid
-- before is an instalment of its own, the last, held back (hold_reason), which the advance is to close.
CREATE OR REPLACE TEMP TABLE doc_instalment AS
WITH agreed AS (
    SELECT amount.document_id, amount.file_number, amount.position, total.payable * amount.economic_sign AS payable,
           CASE WHEN amount.is_whole AND total.payable % 1 = 0 THEN CAST(10000 AS HUGEINT)
                ELSE amount.minor_unit END AS minor_unit,
           total.prepaid * amount.economic_sign AS prepaid, amount.payment_total, amount.payment_count,
           doc.document_date,
           coalesce(term.payment_days, party.payment_days, 0) AS days,
           coalesce(term.is_end_of_month, false) AS is_end_of_month,
           coalesce(party.is_month_counted, true) AS is_month_counted,
           CASE WHEN total.payable IS NULL THEN NULL
                WHEN amount.payment_count = 0 THEN 'no payments: due by the terms'
                WHEN amount.payment_total = 0 THEN NULL
                WHEN abs(amount.payment_total) IN (abs(total.payable), abs(total.exact)) THEN 'payments agree'
                WHEN abs(amount.payment_total) IN (abs(total.exact + amount.withheld),
                                                   abs(total.exact + amount.withheld_fund),
                                                   abs(total.exact + amount.withheld + amount.withheld_fund))
                    THEN 'payments before withholding'
                WHEN abs(amount.payment_total) IN (abs(total.exact + amount.split_vat),
                                                   abs(total.exact + amount.split_vat + amount.withheld),
                                                   abs(total.exact + amount.split_vat + amount.withheld_fund),
                                                   abs(total.exact + amount.split_vat + amount.withheld
                                                       + amount.withheld_fund))
                    THEN 'payments with the split VAT'
                WHEN abs(amount.payment_total) = abs(total.exact + amount.prepaid) THEN 'payments before what was paid'
                WHEN abs(abs(total.exact) - abs(amount.payment_total)) <= coalesce(party.invoice_tolerance, 0)
                    THEN 'payments within the tolerance'
                END AS convention
    FROM doc_sum AS amount
    JOIN doc_total AS total USING (document_id)
    JOIN doc_party AS party USING (document_id)
    JOIN doc USING (document_id)
    LEFT JOIN supplier_term AS term ON term.counterparty_code = party.counterparty_code
    WHERE total.mask IS NOT NULL
), paid AS (
    SELECT agreed.*, payment.ordinal, payment.amount,
           coalesce(payment.term_date, agreed.document_date) AS from_date,
           coalesce(payment.due_date, from_date + CAST(payment.term_days AS INTEGER),
                    due_by_terms(from_date, agreed.days, agreed.is_end_of_month, agreed.is_month_counted)) AS due_date,
           payment.due_date IS NOT NULL OR payment.term_date IS NOT NULL OR payment.term_days IS NOT NULL AS is_dated
    FROM agreed
    JOIN payment USING (file_number, position)
    WHERE agreed.convention IS NOT NULL
), stated AS (
    SELECT *,
           units_of(abs(payable)) AS payable_units, units_of(abs(payment_total)) AS total_units,
           units_of(sign(payment_total) * amount) AS stated_units,
           row_number() OVER (PARTITION BY document_id ORDER BY due_date DESC, ordinal DESC) = 1 AS is_last
    FROM paid
    WHERE amount <> 0
), cut AS (
    SELECT *, round_units(stated_units, 1, minor_unit) AS own_units,
           payable_units - sum(own_units) OVER (PARTITION BY document_id) + own_units AS last_units,
           -- The whole smallest amounts that are not more than the share, and what is cut off of it.
           stated_units * payable_units AS share,
           (abs(share) // (total_units * minor_unit)) * sign(share)
               - (share < 0 AND abs(share) % (total_units * minor_unit) <> 0)::INTEGER AS whole,
           share - whole * total_units * minor_unit AS rest
    FROM stated
), shared AS (
    SELECT *, convention = 'payments within the tolerance'
              AND bool_and(NOT is_last OR last_units > 0 AND own_units > 0) OVER (PARTITION BY document_id)
                  AS is_last_changed,
           whole + (row_number() OVER (PARTITION BY document_id ORDER BY rest DESC, due_date, ordinal)
                       <= payable_units // minor_unit - sum(whole) OVER (PARTITION BY document_id))::INTEGER
                           AS share_count
    FROM cut
), listed AS (
    SELECT document_id, convention, payable, ordinal,
           amount_of(CASE WHEN is_last_changed THEN CASE WHEN is_last THEN last_units ELSE own_units END
                          ELSE share_count * minor_unit END) AS amount,
           due_date, NULL AS hold_reason
    FROM shared
    UNION ALL
    SELECT agreed.document_id, CASE WHEN zero.due_date IS NULL THEN agreed.convention
                                    ELSE 'a payment of zero: due as it says' END,
           agreed.payable, 1, abs(agreed.payable),
           coalesce(zero.due_date, due_by_terms(agreed.document_date, agreed.days, agreed.is_end_of_month,
                                                agreed.is_month_counted)), NULL
    FROM agreed
    LEFT JOIN (
        SELECT document_id, min(due_date) AS due_date FROM paid WHERE amount = 0 AND is_dated GROUP BY document_id
    ) AS zero USING (document_id)
    WHERE agreed.convention IS NOT NULL AND agreed.payment_count = 0
    UNION ALL
    SELECT document_id, convention, prepaid, 1, abs(prepaid), document_date, 'paid_before'
    FROM agreed
    WHERE convention IS NOT NULL AND prepaid <> 0
)
SELECT document_id, convention,
       CAST(row_number() OVER (PARTITION BY document_id ORDER BY hold_reason IS NOT NULL, due_date, ordinal)
            AS INTEGER) AS instalment,
       CAST(sign(payable) * amount AS DECIMAL(18,4)) AS amount, due_date, hold_reason
FROM listed

-- name: doc_share
-- Grain: one VAT group of a document on one cost account, with its VAT code (vat_code_count says how many fit). Inputs:
-- doc_group, doc_line_account, doc_party, company_vat_code, memory. share_units are what the lines add up to, in units
-- of the eighth decimal. Of the codes that fit, the rule's own comes first, then the remembered one; a person's own
-- must fit; a code of which a part is not deductible must be named by one of these. A group without lines of its own
-- was given one by doc_line.
CREATE OR REPLACE TEMP TABLE doc_share AS
WITH share AS (
    SELECT part.document_id, part.vat_rate, part.vat_nature, part.exigibility, part.ordinal AS group_ordinal,
           line.account_code, line.vat_code AS wanted_code, line.is_code_decided, line.rule_kind, line.rule_code,
           sum(CAST(line.amount * 100000000 AS HUGEINT)) AS share_units, min(line.line_number) AS first_line
    FROM doc_group AS part
    JOIN doc_line_account AS line
      ON line.document_id = part.document_id AND line.vat_rate IS NOT DISTINCT FROM part.vat_rate
     AND line.vat_nature IS NOT DISTINCT FROM part.vat_nature
    GROUP BY part.document_id, part.vat_rate, part.vat_nature, part.exigibility, part.ordinal, line.account_code,
             line.vat_code, line.is_code_decided, line.rule_kind, line.rule_code
), fit AS (
    SELECT share.document_id, share.group_ordinal, share.first_line, code.vat_code,
           CASE WHEN code.vat_code = share.wanted_code THEN 1 WHEN code.vat_code = memory.vat_code THEN 2
                ELSE 3 END AS rank
    FROM share
    JOIN doc_party AS party USING (document_id)
    LEFT JOIN memory ON memory.company_code = party.company_code AND memory.counterparty_code = party.counterparty_code
                    AND memory.vat_code IS NOT NULL AND memory.vat_rate = share.vat_rate
                    AND memory.vat_nature IS NOT DISTINCT FROM share.vat_nature
    JOIN company_vat_code AS code
      ON code.company_code = party.company_code
     AND (code.vat_rate = coalesce(share.vat_rate, 0) OR code.treatment = 'reverse_charge')
     AND (share.vat_nature IS NULL AND code.vat_nature IS NULL OR code.vat_nature = share.vat_nature)
     AND coalesce(code.exigibility, 'I') = share.exigibility
     AND (NOT share.is_code_decided OR code.vat_code = share.wanted_code)
     AND (code.deductible_pct = 100 OR code.treatment = 'outside'
          OR code.vat_code IN (share.wanted_code, memory.vat_code))
), best AS (
    SELECT document_id, group_ordinal, first_line, min(vat_code) AS vat_code, count(DISTINCT vat_code) AS vat_code_count
    FROM (
        SELECT *, min(rank) OVER (PARTITION BY document_id, group_ordinal, first_line) AS first_rank FROM fit
    )
    WHERE rank = first_rank
    GROUP BY document_id, group_ordinal, first_line
)
SELECT share.*, best.vat_code, coalesce(best.vat_code_count, 0) AS vat_code_count
FROM share
LEFT JOIN best USING (document_id, group_ordinal, first_line)
