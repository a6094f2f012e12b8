-- Grain: one posting of an entry by hand. Inputs: the parameters. What names an open item settles it as a whole.
INSERT INTO ledger.posting
VALUES ($entry_id, $line_number, NULL, NULL, NULL, NULL, $company_code, $account_code, $posting_date, $accounting_reason_code,
        $company_currency_code, $debit_amount, $credit_amount, $currency_code, $currency_amount, $description, $open_item_key, NULL,
        $open_item_key IS NOT NULL, CASE WHEN $open_item_key IS NULL THEN 0 ELSE $debit_amount + $credit_amount END, NULL)
