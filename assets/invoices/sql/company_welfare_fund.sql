-- Grain: one welfare fund that a company knows: its own row before the common one. A null account means that the
-- fund goes with the cost; is_withheld, that it is taken off what the supplier gets (the agents' fund TC07). What a
-- document calls Ritenuta of a fund is another thing: whether the fund's amount is subject to withholding tax. Inputs: welfare_fund_account, company.
CREATE OR REPLACE TEMP TABLE company_welfare_fund AS
SELECT company.company_code, row.fund_type, row.account_code, row.is_withheld
FROM company
JOIN welfare_fund_account AS row ON row.company_code IS NULL OR row.company_code = company.company_code
QUALIFY row_number() OVER (PARTITION BY company.company_code, row.fund_type ORDER BY row.company_code IS NULL) = 1
