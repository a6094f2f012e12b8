-- Grain: one open item of an invoice (every instalment of it) or of its own, whose VAT becomes due in proportion. Inputs:
-- deferred_vat, ledger.open_item, company, currency_digits.
CREATE OR REPLACE TEMP TABLE deferred_member AS
WITH member AS (
    SELECT opened_by_entry_id AS group_id, item_id, company_code, original_amount, settled_amount
    FROM ledger.open_item WHERE opened_by_entry_id IN (SELECT group_id FROM deferred_vat)
    UNION ALL
    SELECT -item_id, item_id, company_code, original_amount, settled_amount
    FROM ledger.open_item WHERE item_id IN (SELECT -group_id FROM deferred_vat)
)
SELECT member.*, company.currency_code AS company_currency_code,
       CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS minor_unit
FROM member
JOIN company ON company.company_code = member.company_code
LEFT JOIN currency_digits AS digits ON digits.currency_code = company.currency_code
