-- Grain: one invoice, with its customer and the customer's account. Inputs: sale, customer, account. A customer_code decides;
-- without one the VAT number does, then the tax code. customer_count and account_count say how many fit; only where it is one
-- is there a code.
CREATE OR REPLACE TEMP TABLE sale_party AS
WITH spelled AS (
    SELECT position, customer_code, customer_country_code,
           regexp_replace(upper(customer_vat_number), '[^A-Z0-9]', '', 'g') AS vat_number,
           regexp_replace(upper(customer_tax_code), '[^A-Z0-9]', '', 'g') AS tax_code
    FROM sale
), hit AS (
    SELECT spelled.position, customer.counterparty_code, 1 AS rank
    FROM spelled JOIN customer ON customer.counterparty_code = spelled.customer_code
    UNION ALL
    SELECT spelled.position, customer.counterparty_code, 2
    FROM spelled JOIN customer USING (vat_number)
    WHERE spelled.customer_code IS NULL AND customer.country_code = coalesce(spelled.customer_country_code, customer.country_code)
    UNION ALL
    SELECT spelled.position, customer.counterparty_code, 2
    FROM spelled
    JOIN customer ON customer.vat_number = substr(spelled.vat_number, 3)
                 AND customer.country_code = replace(substr(spelled.vat_number, 1, 2), 'EL', 'GR')
    WHERE spelled.customer_code IS NULL
    UNION ALL
    SELECT spelled.position, customer.counterparty_code, 3
    FROM spelled JOIN customer USING (tax_code)
    WHERE spelled.customer_code IS NULL
), best AS (
    SELECT position, count(DISTINCT counterparty_code) AS customer_count, min(counterparty_code) AS counterparty_code,
           string_agg(DISTINCT counterparty_code, ', ' ORDER BY counterparty_code) AS customer_codes
    FROM (SELECT *, min(rank) OVER (PARTITION BY position) AS first_rank FROM hit)
    WHERE rank = first_rank
    GROUP BY position
), customer_account AS (
    SELECT company_code, counterparty_code, count(*) AS account_count, min(account_code) AS account_code,
           string_agg(account_code, ', ' ORDER BY account_code) AS account_codes
    FROM account
    WHERE account_kind = 'customer' AND is_active AND counterparty_code IS NOT NULL
    GROUP BY company_code, counterparty_code
)
SELECT sale.position, coalesce(best.customer_count, 0) AS customer_count, best.customer_codes,
       CASE WHEN best.customer_count = 1 THEN best.counterparty_code END AS counterparty_code,
       coalesce(owned.account_count, 0) AS account_count, owned.account_codes,
       CASE WHEN owned.account_count = 1 THEN owned.account_code END AS customer_account_code,
       customer.counterparty_name, customer.country_code, customer.vat_number, customer.tax_code
FROM sale
LEFT JOIN best USING (position)
LEFT JOIN customer ON best.customer_count = 1 AND customer.counterparty_code = best.counterparty_code
LEFT JOIN customer_account AS owned ON best.customer_count = 1 AND owned.company_code = sale.company_code
                                   AND owned.counterparty_code = best.counterparty_code
