-- Grain: one posting of deferred VAT that becomes due with a payment: from the account where it waits to that of VAT
-- (D20). A payment makes its share due, in proportion to all instalments of the invoice, rounded half up; the one after
-- which nothing is left makes the rest due. What is withheld with a payment counts as paid. Inputs: deferred_part,
-- new_settlement, generated_posting (withholding), ledger.open_item, company, currency_digits.
INSERT INTO generated_posting
WITH settled AS (
    SELECT line_number, item_id, applied_amount AS amount FROM new_settlement
    UNION ALL
    SELECT line_number, item_id, settled_amount FROM generated_posting WHERE settled_amount IS NOT NULL
), paid AS (
    SELECT line_number, item_id, sum(amount) AS amount FROM settled GROUP BY line_number, item_id
), member AS (
    SELECT DISTINCT part.group_key, item.item_id, item.original_amount, item.settled_amount, company.currency_code AS company_currency_code,
           CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS minor_unit
    FROM (SELECT DISTINCT group_key FROM deferred_part) AS part
    JOIN ledger.open_item AS item
      ON part.group_key = 'item ' || item.item_id OR part.group_key = 'entry ' || item.opened_by_entry_id
    JOIN company ON company.company_code = item.company_code
    LEFT JOIN currency_digits AS digits ON digits.currency_code = company.currency_code
), whole AS (
    SELECT group_key, sum(original_amount) AS original_amount, sum(settled_amount) AS settled_amount
    FROM member GROUP BY group_key
), line AS (
    SELECT paid.line_number, paid.item_id, paid.amount, member.group_key, member.company_currency_code, member.minor_unit, whole.original_amount,
           whole.settled_amount + sum(paid.amount) OVER (PARTITION BY member.group_key ORDER BY paid.line_number) AS settled_after
    FROM paid JOIN member USING (item_id) JOIN whole USING (group_key)
), share AS (
    SELECT line.*, part.deferred_account_code, part.vat_account_code, sign(part.deferred_amount) AS direction,
           abs(part.deferred_amount) AS deferred_amount,
           least(sign(part.deferred_amount) * part.released_amount, abs(part.deferred_amount)) AS released_amount,
           share_of(abs(part.deferred_amount), line.amount, line.original_amount, line.minor_unit) AS share_amount
    FROM line JOIN deferred_part AS part USING (group_key)
), reached AS (
    SELECT *, CASE WHEN settled_after = original_amount THEN deferred_amount
                   ELSE least(released_amount + sum(share_amount) OVER in_order, deferred_amount) END AS reached_amount
    FROM share
    WINDOW in_order AS (PARTITION BY group_key, deferred_account_code, vat_account_code ORDER BY line_number)
), due AS (
    SELECT *, CAST(direction * (reached_amount - coalesce(lag(reached_amount) OVER in_order, released_amount)) AS DECIMAL(18,4)) AS due_amount
    FROM reached
    WINDOW in_order AS (PARTITION BY group_key, deferred_account_code, vat_account_code ORDER BY line_number)
)
SELECT line_number, 30, 'deferred_vat', item_id, vat_account_code, deferred_account_code, due_amount, company_currency_code,
       due_amount, NULL, NULL
FROM due WHERE due_amount <> 0
UNION ALL
SELECT line_number, 31, 'deferred_vat', item_id, deferred_account_code, vat_account_code, -due_amount, company_currency_code,
       -due_amount, NULL, NULL
FROM due WHERE due_amount <> 0
