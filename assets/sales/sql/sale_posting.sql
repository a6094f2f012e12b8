-- Grain: one credit of an invoice that is booked now, by account: revenue, VAT, and what the total was rounded by, in the company's
-- currency, + debit. Inputs: sale_entry, sale_line, sale_vat, sale_total, sale_rate. sort_number orders the postings of an entry.
CREATE OR REPLACE TEMP TABLE sale_posting AS
WITH part AS (
    SELECT line.position, 10 AS sort_number, line.account_code, CAST(sum(line.net_amount) AS DECIMAL(38,4)) AS amount
    FROM sale_line AS line
    GROUP BY line.position, line.account_code
    UNION ALL
    SELECT vat.position, 20, vat.vat_account_code,
           CAST(sum(vat.computed_amount + CASE WHEN vat.is_largest THEN total.vat_difference_amount ELSE 0 END) AS DECIMAL(38,4))
    FROM sale_vat AS vat
    JOIN sale_total AS total USING (position)
    GROUP BY vat.position, vat.vat_account_code
    UNION ALL
    SELECT entry.position, 30, entry.rounding_account, CAST(total.payable_rounding_amount AS DECIMAL(38,4))
    FROM sale_entry AS entry
    JOIN sale_total AS total USING (position)
)
SELECT entry.entry_id, entry.position, part.sort_number, part.account_code,
       amount_of(-entry.direction * round_units(units_of(part.amount) * 1000000, rate.rate_units, rate.company_minor_unit)) AS amount
FROM part
JOIN sale_entry AS entry USING (position)
JOIN sale_rate AS rate USING (position)
WHERE entry.status = 'booked' AND part.amount <> 0
