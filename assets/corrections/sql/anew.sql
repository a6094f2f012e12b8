-- Payments that were deleted and are made anew.

-- name: deleted_payment_like
-- Grain: the payment that a person deleted, that nobody made anew, and that an entry by hand is like in everything:
-- day, account of the payment, account on the other side, side and amount. Inputs: ledger.posting,
-- ledger.brought_entry, ledger.payment_in_stead, ledger.reversed_entry; $company_code, $posting_date, $account_code,
-- $other_account_code, $is_debit, $company_amount. Order: of several the first.
SELECT payment.entry_id, payment.line_number
FROM ledger.posting AS payment
JOIN ledger.brought_entry AS brought ON brought.entry_id = payment.entry_id
WHERE NOT brought.is_in_force AND NOT brought.is_import_deleted AND payment.unlinked_reason IS NOT NULL
  AND payment.company_code = $company_code AND payment.posting_date = $posting_date
  AND payment.account_code = $account_code
  AND CASE WHEN $is_debit THEN payment.debit_amount ELSE payment.credit_amount END = $company_amount
  AND EXISTS (SELECT 1 FROM ledger.posting AS other
              WHERE other.entry_id = payment.entry_id AND other.account_code = $other_account_code)
  AND NOT EXISTS (SELECT 1 FROM ledger.payment_in_stead AS made
                  ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.entry_id
                  WHERE made.replaces_entry_id = payment.entry_id)
ORDER BY payment.entry_id, payment.line_number
LIMIT 1

-- name: payment_to_make_anew
-- Grain: one posting of a trace that a new payment is to stand for, with what of it people made anew so far, and the
-- kind of the account against which that is to stand. A line of the bank or of charges is no payment of an item.
-- Inputs: ledger.reference_file, ledger.posting, ledger.account (in force), ledger.brought_entry, ledger.file_import,
-- ledger.payment_in_stead, ledger.reversed_entry; $entry_id, $line_number, $account_code.
WITH chart AS (
    SELECT company_code, account_code, account_kind
    FROM ledger.account
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
)
SELECT posting.company_code, posting.account_code, posting.currency_code, posting.company_currency_code,
       CASE WHEN posting.debit_amount > 0 THEN 'debit' ELSE 'credit' END AS side,
       posting.debit_amount + posting.credit_amount AS company_amount, abs(posting.currency_amount) AS currency_amount,
       posting.unlinked_reason IS NOT NULL
           OR coalesce(own.account_kind IN ('customer', 'supplier'), false) AS is_payment,
       other.account_kind AS against_kind, brought.is_in_force, brought.is_import_deleted, import.import_id,
       import.source_file,
       coalesce(made.company_amount, 0) AS made_company_amount, made.entry_ids AS made_entry_ids
FROM ledger.posting AS posting
JOIN ledger.brought_entry AS brought ON brought.entry_id = posting.entry_id
JOIN ledger.file_import AS import ON import.import_id = brought.import_id
LEFT JOIN (
    SELECT made.replaces_entry_id, made.replaces_line_number,
           CAST(sum(made.company_amount) AS DECIMAL(18,4)) AS company_amount,
           list(made.entry_id ORDER BY made.entry_id) AS entry_ids
    FROM ledger.payment_in_stead AS made
    ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.entry_id
    GROUP BY made.replaces_entry_id, made.replaces_line_number
) AS made ON made.replaces_entry_id = posting.entry_id AND made.replaces_line_number = posting.line_number
LEFT JOIN chart AS own ON own.company_code = posting.company_code AND own.account_code = posting.account_code
LEFT JOIN chart AS other ON other.company_code = posting.company_code AND other.account_code = $account_code
WHERE posting.entry_id = $entry_id AND posting.line_number = $line_number
