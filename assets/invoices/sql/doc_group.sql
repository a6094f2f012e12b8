-- Grain: one VAT rate, nature and exigibility of a document. taxable and vat are what its summary says, from the buyer's view (a credit
-- note is negative), in the document's currency, without the row of a fund that is kept back (fund_amount, as it stands there: the
-- summary may list the agents' fund, which nobody charges); null where doc_sum has null. is_rounded: one of them has more decimals than the currency. What the group should come to stands
-- beside it, with the document's signs: piece_total is what its lines, its charges less its allowances (EN 16931) and its welfare funds add
-- up to, piece_vat their VAT rounded one by one. is_off says that the pieces, each of which may be off by the smallest amount, do not add up
-- to the base: judged for EN 16931, which has the rate of every piece; elsewhere the whole document is (doc_line_check). is_by_line: the VAT
-- is not that of the base, and it is that of the pieces rounded one by one. Inputs: doc_sum, doc,
-- doc_party, vat_summary, invoice_line, adjustment, doc_fund.
CREATE OR REPLACE TEMP TABLE doc_group AS
WITH stated AS (
    SELECT amount.document_id, vat.vat_rate, vat.vat_nature, coalesce(vat.exigibility, 'I') AS exigibility,
           any_value(amount.economic_sign) AS economic_sign, any_value(amount.is_european) AS is_european,
           any_value(amount.line_count) AS line_count, any_value(amount.minor_unit) AS minor_unit, any_value(amount.is_whole) AS is_whole,
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
           CAST(CASE adjustment.kind WHEN 'discount' THEN -adjustment.amount ELSE adjustment.amount END AS DECIMAL(28,8))
    FROM doc JOIN adjustment USING (file_number, position)
    WHERE doc.format IN ('UBL', 'CII')
    UNION ALL
    SELECT document_id, vat_rate, vat_nature, CAST(amount AS DECIMAL(28,8)) FROM doc_fund WHERE NOT is_withheld
), pieces AS (
    SELECT piece.document_id, coalesce(piece.vat_rate, 0) AS rate, nullif(piece.vat_nature, 'S') AS nature,
           sum(piece.amount) AS piece_total, count(*) AS piece_count,
           sum(round_units(CAST(piece.amount * 100000000 AS HUGEINT) * CAST(coalesce(piece.vat_rate, 0) * 10000 AS HUGEINT), CAST(10000000000 AS HUGEINT),
                           CASE WHEN amount.is_whole THEN CAST(10000 AS HUGEINT) ELSE amount.minor_unit END)) AS piece_vat_units
    FROM piece JOIN doc_sum AS amount USING (document_id)
    GROUP BY piece.document_id, coalesce(piece.vat_rate, 0), nullif(piece.vat_nature, 'S')
), unrated AS (
    SELECT DISTINCT document_id FROM piece WHERE vat_rate IS NULL AND nullif(vat_nature, 'S') IS NULL
), kept_back AS (
    SELECT document_id, vat_nature, sum(amount) AS amount FROM doc_fund WHERE is_withheld AND coalesce(vat_rate, 0) = 0 GROUP BY document_id, vat_nature
), beside AS (
    SELECT stated.*, coalesce(pieces.piece_total, 0) AS piece_total, coalesce(pieces.piece_count, 0) AS piece_count,
           TRY_CAST(TRY_CAST(coalesce(pieces.piece_vat_units, 0) AS DECIMAL(34,0)) * 0.0001 AS DECIMAL(18,4)) AS piece_vat,
           -- The fund's row, or that part of a row of its nature which no line accounts for.
           CASE WHEN coalesce(stated.vat_rate, 0) = 0 AND stated.taxable - coalesce(pieces.piece_total, 0) = kept_back.amount
                THEN kept_back.amount ELSE 0 END AS fund_amount,
           unrated.document_id IS NOT NULL AS is_unrated
    FROM stated
    LEFT JOIN pieces ON pieces.document_id = stated.document_id AND pieces.rate = coalesce(stated.vat_rate, 0) AND pieces.nature IS NOT DISTINCT FROM nullif(stated.vat_nature, 'S')
    LEFT JOIN kept_back ON kept_back.document_id = stated.document_id AND kept_back.vat_nature IS NOT DISTINCT FROM stated.vat_nature
    LEFT JOIN unrated ON unrated.document_id = stated.document_id
)
SELECT document_id, vat_rate, vat_nature, exigibility, ordinal, piece_total, piece_count, piece_vat,
       TRY_CAST(fund_amount AS DECIMAL(16,4)) AS fund_amount,
       TRY_CAST((taxable - fund_amount) * economic_sign AS DECIMAL(16,4)) AS taxable,
       TRY_CAST(vat * economic_sign AS DECIMAL(16,4)) AS vat,
       fund_amount <> 0 AND taxable = fund_amount AS is_fund_row,
       CAST((taxable - fund_amount) * 10000 AS HUGEINT) % minor_unit <> 0 OR CAST(vat * 10000 AS HUGEINT) % minor_unit <> 0 AS is_rounded,
       is_european AND line_count > 0 AND NOT is_unrated
       AND abs(CAST(taxable AS DECIMAL(38,8)) - piece_total)
           > slack AS is_off,
       vat = piece_vat AND abs(CAST(taxable AS DECIMAL(38,8)) - piece_total) <= slack
       AND abs(CAST(taxable AS DECIMAL(38,4)) * vat_rate - CAST(vat AS DECIMAL(38,4)) * 100) > 100 * greatest(tolerance, smallest)
       AND NOT (is_whole AND vat % 1 = 0 AND abs(CAST(taxable AS DECIMAL(38,4)) * vat_rate - CAST(vat AS DECIMAL(38,4)) * 100) <= 50) AS is_by_line
FROM (
    SELECT beside.*, coalesce(party.invoice_tolerance, 0) AS tolerance, CAST(minor_unit AS DECIMAL(9,0)) * 0.0001 AS smallest,
           greatest(coalesce(party.invoice_tolerance, 0), CAST(minor_unit AS DECIMAL(9,0)) * 0.0001 * greatest(piece_count, 1),
                    CASE WHEN is_whole AND taxable % 1 = 0 THEN piece_count ELSE 0 END) AS slack
    FROM beside
    JOIN doc_party AS party USING (document_id)
)
