-- What is asked of the whole ledger, as of a day.

-- name: subledger
-- A table: one account that has open items, or is a customer's or supplier's: its balance in the ledger against its
-- open items, in the company's currency, + debit, - credit. Inputs: ledger.reference_file, ledger.posting,
-- ledger.open_item, ledger.reversed_entry, ledger.account, ledger.company (in force). Invariant: balance + opening =
-- items + exchange + unlinked + other; the two sides come from different columns (what postings say is linked, what
-- items say is settled), so that the difference shows where they part. An entry and its reversal are in the balance
-- only: they must cancel each other. A posting that opened an item names its key, or has its amount (an item that a
-- trace opens may have a key of its own). A posting that names an item of which nothing moves in the item's currency is
-- the exchange difference of a settlement, which took the item's share.
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
    SELECT company_code, account_code, max(company_currency_code) AS company_currency_code,
           sum(amount) AS balance_amount,
           sum(CASE WHEN is_unlinked THEN without_item ELSE 0 END) AS unlinked_amount,
           sum(CASE WHEN is_unlinked THEN 0 ELSE without_item END) AS other_amount
    FROM booked
    GROUP BY company_code, account_code
), signed AS (
    SELECT company_code, account_code, status, origin,
           CASE WHEN side = 'debit' THEN original_amount_company_currency
                ELSE -original_amount_company_currency END AS original,
           CASE WHEN side = 'debit' THEN settled_amount_company_currency
                ELSE -settled_amount_company_currency END AS settled
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
           coalesce(of_postings.balance_amount, 0) AS balance_amount,
           coalesce(of_items.opening_amount, 0) AS opening_amount,
           coalesce(of_items.item_amount, 0) AS item_amount, coalesce(of_items.exchange_amount, 0) AS exchange_amount,
           coalesce(of_postings.unlinked_amount, 0) AS unlinked_amount,
           coalesce(of_postings.other_amount, 0) AS other_amount
    FROM watched
    LEFT JOIN of_postings USING (company_code, account_code)
    LEFT JOIN of_items USING (company_code, account_code)
    LEFT JOIN company ON company.company_code = watched.company_code
)
SELECT both_sides.company_code, both_sides.account_code, chart.account_name, chart.account_kind, company_currency_code,
       balance_amount, opening_amount, item_amount, exchange_amount, unlinked_amount, other_amount,
       balance_amount + opening_amount - item_amount - exchange_amount - unlinked_amount
           - other_amount AS difference_amount
FROM both_sides
LEFT JOIN chart USING (company_code, account_code)

-- name: transit_open
-- A table: one entry's amount on a transit account to which nothing answers yet, + debit, - credit. What was booked
-- until the last day at whose end account and currency stood at zero is done with; of the rest, amounts of opposite
-- sides that are equal in both currencies are paired in the order of date and entry. Entries that count no longer are
-- left out with their reversals. Inputs: ledger.reference_file, ledger.posting, ledger.account (in force),
-- ledger.reversed_entry. Invariant: per account and currency the rows add up to the balance.
CREATE OR REPLACE TEMP MACRO transit_open() AS TABLE
WITH transit_account AS (
    SELECT company_code, account_code, account_name
    FROM ledger.account
    WHERE account_kind = 'transit'
      AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
), uncounted AS (
    SELECT entry_id FROM ledger.reversed_entry
    UNION
    SELECT reversal_entry_id FROM ledger.reversed_entry
), booked AS (
    SELECT posting.company_code, posting.account_code, transit_account.account_name, posting.company_currency_code,
           posting.currency_code, posting.posting_date, posting.entry_id, min(posting.description) AS description,
           sum(posting.debit_amount - posting.credit_amount) AS balance_amount,
           sum(posting.currency_amount) AS currency_amount
    FROM ledger.posting AS posting
    JOIN transit_account USING (company_code, account_code)
    ANTI JOIN uncounted USING (entry_id)
    GROUP BY posting.company_code, posting.account_code, transit_account.account_name, posting.company_currency_code,
             posting.currency_code, posting.posting_date, posting.entry_id
    HAVING sum(posting.debit_amount - posting.credit_amount) <> 0 OR sum(posting.currency_amount) <> 0
), running AS (
    SELECT company_code, account_code, company_currency_code, currency_code, posting_date,
           sum(balance_amount) OVER until_day AS balance_after, sum(currency_amount) OVER until_day AS currency_after
    FROM booked
    WINDOW until_day AS (PARTITION BY company_code, account_code, company_currency_code, currency_code
                         ORDER BY posting_date RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
), zero AS (
    SELECT company_code, account_code, company_currency_code, currency_code, max(posting_date) AS zero_date
    FROM running
    WHERE balance_after = 0 AND currency_after = 0
    GROUP BY company_code, account_code, company_currency_code, currency_code
), since AS (
    SELECT booked.*,
           balance_amount > 0 OR (balance_amount = 0 AND currency_amount > 0) AS is_debit,
           abs(balance_amount) AS size, abs(currency_amount) AS currency_size
    FROM booked
    LEFT JOIN zero USING (company_code, account_code, company_currency_code, currency_code)
    WHERE zero.zero_date IS NULL OR booked.posting_date > zero.zero_date
), paired AS (
    SELECT *,
           row_number() OVER (PARTITION BY company_code, account_code, company_currency_code, currency_code, size,
                              currency_size,
                                           is_debit ORDER BY posting_date, entry_id) AS place,
           sum(CASE WHEN is_debit THEN 1 ELSE 0 END) OVER equal_size AS debit_count,
           sum(CASE WHEN is_debit THEN 0 ELSE 1 END) OVER equal_size AS credit_count
    FROM since
    WINDOW equal_size AS (PARTITION BY company_code, account_code, company_currency_code, currency_code, size,
                          currency_size)
)
SELECT company_code, account_code, account_name, posting_date, entry_id, balance_amount, company_currency_code,
       currency_amount,
       currency_code, description
FROM paired
WHERE place > CASE WHEN is_debit THEN credit_count ELSE debit_count END

-- name: report_open_items_as_of
-- Grain: one item that was open on a day, as it was known at a moment. Input: open_items_as_of. Parameters: as_of,
-- known_at, company, account (null = all), limit (null = none), time_zone. Order: company, account, due date (without
-- one last), key.
SELECT company_code, account_code, open_item_key, document_number, document_date, due_date, currency_code,
       original_amount,
       settled_amount, residual_amount, side, description, origin, company_currency_code,
       residual_amount_company_currency,
       CAST($as_of AS DATE) AS as_of_date, CAST($known_at AS TIMESTAMP) AS known_at
FROM open_items_as_of(CAST($as_of AS DATE), CAST($known_at AS TIMESTAMP), $time_zone)
WHERE ($company IS NULL OR company_code = $company)
  AND ($account IS NULL OR account_code = $account)
ORDER BY company_code, account_code, due_date NULLS LAST, open_item_key
LIMIT $limit

-- name: report_ageing
-- Grain: one company, account, side and currency with items that were open on a day, as known at a moment; how much of
-- the residual was so many days overdue. Input: open_items_as_of. Parameters: as_of, known_at, company, account (null =
-- all), limit (null = none), time_zone. Invariant: the parts add up to total_amount. Order: company, account, side,
-- currency.
WITH item AS (
    SELECT *, CAST($as_of AS DATE) - due_date AS overdue_days
    FROM open_items_as_of(CAST($as_of AS DATE), CAST($known_at AS TIMESTAMP), $time_zone)
    WHERE ($company IS NULL OR company_code = $company)
      AND ($account IS NULL OR account_code = $account)
)
SELECT company_code, account_code, side, currency_code, count(*) AS item_count,
       sum(CASE WHEN overdue_days <= 0 THEN residual_amount ELSE 0 END) AS not_due_amount,
       sum(CASE WHEN overdue_days BETWEEN 1 AND 30 THEN residual_amount ELSE 0 END) AS overdue_1_to_30_amount,
       sum(CASE WHEN overdue_days BETWEEN 31 AND 60 THEN residual_amount ELSE 0 END) AS overdue_31_to_60_amount,
       sum(CASE WHEN overdue_days BETWEEN 61 AND 90 THEN residual_amount ELSE 0 END) AS overdue_61_to_90_amount,
       sum(CASE WHEN overdue_days > 90 THEN residual_amount ELSE 0 END) AS overdue_over_90_amount,
       sum(CASE WHEN due_date IS NULL THEN residual_amount ELSE 0 END) AS without_due_date_amount,
       sum(residual_amount) AS total_amount,
       company_currency_code, sum(residual_amount_company_currency) AS total_amount_company_currency,
       CAST($as_of AS DATE) AS as_of_date, CAST($known_at AS TIMESTAMP) AS known_at
FROM item
GROUP BY company_code, account_code, side, currency_code, company_currency_code
ORDER BY company_code, account_code, side, currency_code
LIMIT $limit

-- name: report_subledger
-- Grain: one account with open items, or of a customer or supplier. Input: subledger. Parameters: company, account
-- (null = all), limit (null = none). Order: differences first, then company and account.
SELECT *
FROM subledger()
WHERE ($company IS NULL OR company_code = $company)
  AND ($account IS NULL OR account_code = $account)
ORDER BY difference_amount = 0, company_code, account_code
LIMIT $limit

-- name: report_transit_totals
-- Grain: one transit account on which something stays open. Input: transit_open. Parameters: company, account (null =
-- all). Order: company, account, company_currency_code.
SELECT company_code, account_code, account_name, count(*) AS open_count, min(posting_date) AS oldest_date,
       sum(balance_amount) AS balance_amount, company_currency_code
FROM transit_open()
WHERE ($company IS NULL OR company_code = $company)
  AND ($account IS NULL OR account_code = $account)
GROUP BY company_code, account_code, account_name, company_currency_code
ORDER BY company_code, account_code, company_currency_code

-- name: report_transit
-- Grain: one amount on a transit account to which nothing answers yet. Input: transit_open. Parameters: company,
-- account (null = all), limit (null = none). Order: company, account, then the oldest first.
SELECT company_code, account_code, account_name, posting_date, entry_id, balance_amount, company_currency_code,
       currency_amount,
       currency_code, description
FROM transit_open()
WHERE ($company IS NULL OR company_code = $company)
  AND ($account IS NULL OR account_code = $account)
ORDER BY company_code, account_code, posting_date, entry_id, currency_code
LIMIT $limit

-- name: open_items_as_of
-- A table: the open items as they were valid on a day and known at a moment (UTC), one row an item. Inputs:
-- ledger.reference_file, ledger.open_item (present lives), ledger.item_life (ended ones), ledger.settlement,
-- ledger.journal_entry, ledger.company (in force). An item is valid from the date of the entry that opened it, else
-- from its document, else from the day on which it first came (in time_zone). Invariant: lives of an item do not
-- overlap, so that one at most is known at a moment.
CREATE OR REPLACE TEMP MACRO open_items_as_of(day, moment, time_zone) AS TABLE
WITH life AS (
    SELECT item_id, opened_at, CAST(NULL AS TIMESTAMP) AS withdrawn_at, opened_by_entry_id, account_code, side,
           document_number,
           document_date, due_date, currency_code, original_amount, original_amount_company_currency
    FROM ledger.open_item
    WHERE status <> 'withdrawn'
    UNION ALL
    SELECT item_id, opened_at, withdrawn_at, opened_by_entry_id, account_code, side, document_number, document_date,
           due_date,
           currency_code, original_amount, original_amount_company_currency
    FROM ledger.item_life
), come AS (
    SELECT item_id, min(day_in(time_zone, opened_at)) AS come_date FROM life GROUP BY item_id
), settled AS (
    SELECT item_id, sum(amount) AS amount, sum(amount_company_currency) AS company_amount
    FROM ledger.settlement
    WHERE settlement_date <= day AND created_at <= moment AND (undone_at IS NULL OR undone_at > moment)
    GROUP BY item_id
), company AS (
    SELECT company_code, currency_code
    FROM ledger.company
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
)
SELECT item.company_code, life.account_code, item.open_item_key, life.document_number, life.document_date,
       life.due_date,
       life.currency_code, life.original_amount, CAST(coalesce(settled.amount, 0) AS DECIMAL(18,4)) AS settled_amount,
       CAST(life.original_amount - coalesce(settled.amount, 0) AS DECIMAL(18,4)) AS residual_amount, life.side,
       item.description,
       item.origin, company.currency_code AS company_currency_code,
       CAST(life.original_amount_company_currency - coalesce(settled.company_amount, 0) AS DECIMAL(18,4))
           AS residual_amount_company_currency
FROM life
JOIN come USING (item_id)
JOIN ledger.open_item AS item USING (item_id)
LEFT JOIN ledger.journal_entry AS entry ON entry.entry_id = life.opened_by_entry_id
LEFT JOIN settled USING (item_id)
LEFT JOIN company ON company.company_code = item.company_code
WHERE life.opened_at <= moment
  AND (life.withdrawn_at IS NULL OR life.withdrawn_at > moment)
  AND coalesce(entry.posting_date, life.document_date, come.come_date) <= day
  AND life.original_amount <> coalesce(settled.amount, 0)
