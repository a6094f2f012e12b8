-- Grain: one invoice that can be read, with the hash of what it says to the books, whatever form it came in: customer, date,
-- currency, amounts, instalments and lines; not its status, and not the customer's name and address. Inputs: sale, sale_party,
-- sale_total, sale_due, sale_row.
CREATE OR REPLACE TEMP TABLE sale_content AS
WITH due AS (
    SELECT position, string_agg(due_date || ' ' || amount_text(amount), '; ' ORDER BY instalment) AS instalments, max(due_date) AS last_due_date
    FROM sale_due GROUP BY position
), line AS (
    SELECT position,
           sha256(string_agg(concat_ws('|', description, amount_text(net_amount), CAST(vat_rate AS VARCHAR), coalesce(vat_nature, ''),
                                       coalesce(given_account_code, ''), coalesce(given_vat_code, '')), chr(10) ORDER BY ordinal)) AS line_sha256
    FROM sale_row GROUP BY position
)
SELECT sale.position, due.instalments, due.last_due_date,
       sha256(concat_ws(chr(10), sale.registration_key,
                        coalesce(party.counterparty_code, sale.customer_code, sale.customer_vat_number, sale.customer_tax_code, sale.customer_name, ''),
                        CAST(sale.document_date AS VARCHAR), sale.currency_code, amount_text(total.vat_amount), amount_text(total.total_amount),
                        CASE WHEN sale.payable_rounding_amount <> 0 THEN 'rounded by ' || amount_text(sale.payable_rounding_amount) END,
                        due.instalments, line.line_sha256)) AS content_sha256
FROM sale
JOIN sale_party AS party USING (position)
JOIN sale_total AS total USING (position)
JOIN due USING (position)
JOIN line USING (position)
