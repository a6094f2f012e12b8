-- Grain: one posting of an entry by hand. Inputs: the parameters. What names an open item settles it as a whole.
SELECT $entry_id AS entry_id, $line_number AS line_number, NULL AS import_id, NULL AS source_line, NULL AS byte_start, NULL AS byte_end,
       $company_code AS company_code, $account_code AS account_code, $posting_date AS posting_date,
       $accounting_reason_code AS accounting_reason_code, $company_currency_code AS company_currency_code, $debit_amount AS debit_amount,
       $credit_amount AS credit_amount, $currency_code AS currency_code, $currency_amount AS currency_amount,
       $description AS description, $open_item_key AS open_item_key, NULL AS settlement_flag, $open_item_key IS NOT NULL AS is_linked,
       CASE WHEN $open_item_key IS NULL THEN 0 ELSE $debit_amount + $credit_amount END AS linked_amount, NULL AS unlinked_reason
