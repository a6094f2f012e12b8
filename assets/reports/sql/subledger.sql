-- A table: one account that has open items, or is a customer's or supplier's: its balance in the ledger against its open
-- items, in the company's currency, + debit, - credit. Inputs: ledger.posting, ledger.open_item, ledger.reversed_entry,
-- ledger.account, ledger.company (in force). Invariant: balance + opening = items + exchange + unlinked + other; the two
-- sides come from different columns (what postings say is linked, what items say is settled), so that the difference shows
-- where they part. An entry and its reversal are in the balance only: they must cancel each other. A posting that opened an
-- item names its key, or has its amount (an item that a trace opens may have a key of its own). A posting that names an item
-- of which nothing moves in the item's currency is the exchange difference of a settlement, which took the item's share.
CREATE OR REPLACE TEMP MACRO subledger() AS TABLE
WITH chart AS (
    SELECT company_code, account_code, account_name, account_kind
    FROM ledger.account
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
), company AS (
    SELECT company_code, currency_code
    FROM ledger.company
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
), watched AS (
    SELECT company_code, account_code FROM ledger.open_item
    UNION
    SELECT company_code, account_code FROM chart WHERE account_kind IN ('customer', 'supplier')
), uncounted AS (
    SELECT entry_id FROM ledger.reversed_entry
    UNION
    SELECT reversal_entry_id FROM ledger.reversed_entry
), opened AS (
    SELECT DISTINCT posting.entry_id, posting.line_number
    FROM ledger.posting AS posting
    JOIN ledger.open_item AS item
      ON item.opened_by_entry_id = posting.entry_id AND item.account_code = posting.account_code
     AND (item.side = 'debit') = (posting.debit_amount > 0)
     AND (item.open_item_key = posting.open_item_key
          OR item.original_amount_company_currency = posting.debit_amount + posting.credit_amount)
    WHERE item.status <> 'withdrawn' AND posting.linked_amount = 0 AND posting.unlinked_reason IS NULL
), booked AS (
    SELECT posting.company_code, posting.account_code, posting.company_currency_code,
           posting.debit_amount - posting.credit_amount AS amount, posting.unlinked_reason IS NOT NULL AS is_unlinked,
           CASE WHEN uncounted.entry_id IS NOT NULL OR opened.entry_id IS NOT NULL THEN 0
                WHEN posting.open_item_key IS NOT NULL AND posting.currency_amount = 0 AND NOT posting.is_linked
                     AND posting.unlinked_reason IS NULL THEN 0
                WHEN posting.debit_amount > 0 THEN posting.debit_amount - posting.linked_amount
                ELSE posting.linked_amount - posting.credit_amount END AS without_item
    FROM ledger.posting AS posting
    SEMI JOIN watched ON watched.company_code = posting.company_code AND watched.account_code = posting.account_code
    LEFT JOIN uncounted ON uncounted.entry_id = posting.entry_id
    LEFT JOIN opened ON opened.entry_id = posting.entry_id AND opened.line_number = posting.line_number
), of_postings AS (
    SELECT company_code, account_code, max(company_currency_code) AS company_currency_code, sum(amount) AS balance_amount,
           sum(CASE WHEN is_unlinked THEN without_item ELSE 0 END) AS unlinked_amount,
           sum(CASE WHEN is_unlinked THEN 0 ELSE without_item END) AS other_amount
    FROM booked
    GROUP BY company_code, account_code
), signed AS (
    SELECT company_code, account_code, status, origin,
           CASE WHEN side = 'debit' THEN original_amount_company_currency ELSE -original_amount_company_currency END AS original,
           CASE WHEN side = 'debit' THEN settled_amount_company_currency ELSE -settled_amount_company_currency END AS settled
    FROM ledger.open_item
    WHERE status <> 'withdrawn'
), of_items AS (
    SELECT company_code, account_code, sum(CASE WHEN origin = 'opening' THEN original ELSE 0 END) AS opening_amount,
           sum(CASE WHEN status = 'open' THEN original - settled ELSE 0 END) AS item_amount,
           sum(CASE WHEN status = 'closed' THEN original - settled ELSE 0 END) AS exchange_amount
    FROM signed
    GROUP BY company_code, account_code
), both_sides AS (
    SELECT watched.company_code, watched.account_code,
           coalesce(of_postings.company_currency_code, company.currency_code) AS company_currency_code,
           coalesce(of_postings.balance_amount, 0) AS balance_amount, coalesce(of_items.opening_amount, 0) AS opening_amount,
           coalesce(of_items.item_amount, 0) AS item_amount, coalesce(of_items.exchange_amount, 0) AS exchange_amount,
           coalesce(of_postings.unlinked_amount, 0) AS unlinked_amount, coalesce(of_postings.other_amount, 0) AS other_amount
    FROM watched
    LEFT JOIN of_postings USING (company_code, account_code)
    LEFT JOIN of_items USING (company_code, account_code)
    LEFT JOIN company ON company.company_code = watched.company_code
)
SELECT both_sides.company_code, both_sides.account_code, chart.account_name, chart.account_kind, company_currency_code,
       balance_amount, opening_amount, item_amount, exchange_amount, unlinked_amount, other_amount,
       balance_amount + opening_amount - item_amount - exchange_amount - unlinked_amount - other_amount AS difference_amount
FROM both_sides
LEFT JOIN chart USING (company_code, account_code)
