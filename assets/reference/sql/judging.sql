-- Rules across reference files.

-- name: check_unknown_codes
-- Grain: one code in a reference file that no other file defines. Inputs: account, accounting_period,
-- accounting_reason, company, counterparty, counterparty_identifier, invoice_rule, open_item, posting_rule,
-- reason_description, sales_rule, setting, supplier_term, sync_code, vat_code, welfare_fund_account,
-- withholding_account, the candidate frames.
SELECT 'chart_of_accounts.csv' AS file_name, line_number, 'company_code' AS field,
       'reference_code_unknown' AS finding_code, company_code AS raw_value,
       said('company') AS expected
FROM account WHERE company_code NOT IN (SELECT company_code FROM company)
UNION ALL
SELECT 'chart_of_accounts.csv', line_number, 'counterparty_code', 'reference_code_unknown', counterparty_code,
       said('counterparty')
FROM account
WHERE counterparty_code IS NOT NULL AND counterparty_code NOT IN (SELECT counterparty_code FROM counterparty)
UNION ALL
SELECT 'accounting_reasons.csv', line_number, 'company_code', 'reference_code_unknown', company_code,
       said('company_or_blank')
FROM accounting_reason
WHERE company_code IS NOT NULL AND company_code NOT IN (SELECT company_code FROM company)
UNION ALL
SELECT 'reason_descriptions.csv', line_number, 'company_code', 'reference_code_unknown', company_code,
       said('company_or_blank')
FROM reason_description
WHERE company_code IS NOT NULL AND company_code NOT IN (SELECT company_code FROM company)
UNION ALL
SELECT 'reason_descriptions.csv', line_number, 'accounting_reason_code', 'reference_code_unknown',
       accounting_reason_code, said('reason')
FROM reason_description
WHERE accounting_reason_code NOT IN (SELECT accounting_reason_code FROM accounting_reason)
UNION ALL
SELECT 'accounting_periods.csv', line_number, 'company_code', 'reference_code_unknown', company_code,
       said('company')
FROM accounting_period WHERE company_code NOT IN (SELECT company_code FROM company)
UNION ALL
SELECT 'settings.csv', line_number, 'company_code', 'reference_code_unknown', company_code,
       said('company_or_blank')
FROM setting WHERE company_code IS NOT NULL AND company_code NOT IN (SELECT company_code FROM company)
UNION ALL
SELECT 'opening_open_items.csv', item.line_number, 'account_code', 'reference_code_unknown',
       item.company_code || ' ' || item.account_code, said('account_of_company')
FROM open_item AS item
ANTI JOIN account USING (company_code, account_code)
UNION ALL
SELECT named.file_name, named.line_number, 'company_code', 'reference_code_unknown', named.company_code,
       said('company_or_blank')
FROM (
    SELECT 'vat_codes.csv' AS file_name, line_number, company_code FROM vat_code
    UNION ALL
    SELECT 'invoice_rules.csv', line_number, company_code FROM invoice_rule
    UNION ALL
    SELECT 'sales_rules.csv', line_number, company_code FROM sales_rule
    UNION ALL
    SELECT 'withholding_accounts.csv', line_number, company_code FROM withholding_account
    UNION ALL
    SELECT 'posting_rules.csv', line_number, company_code FROM posting_rule
    UNION ALL
    SELECT 'welfare_funds.csv', line_number, company_code FROM welfare_fund_account
    UNION ALL
    SELECT 'sync_codes.csv', line_number, company_code FROM sync_code
) AS named
WHERE named.company_code IS NOT NULL AND named.company_code NOT IN (SELECT company_code FROM company)
UNION ALL
SELECT named.file_name, named.line_number, 'counterparty_code', 'reference_code_unknown',
       named.counterparty_code, said('counterparty')
FROM (
    SELECT 'invoice_rules.csv' AS file_name, line_number, counterparty_code FROM invoice_rule
    UNION ALL
    SELECT 'sales_rules.csv', line_number, counterparty_code FROM sales_rule
    UNION ALL
    SELECT 'supplier_terms.csv', line_number, counterparty_code FROM supplier_term
    UNION ALL
    SELECT 'counterparty_identifiers.csv', line_number, counterparty_code FROM counterparty_identifier
) AS named
WHERE named.counterparty_code IS NOT NULL
  AND named.counterparty_code NOT IN (SELECT counterparty_code FROM counterparty)
UNION ALL
SELECT 'settings.csv', setting.line_number, 'setting_value', 'reference_code_unknown', setting.setting_value,
       said('reason_of_companies', {'companies': string_agg(company.company_code, ', ' ORDER BY company.company_code)})
FROM setting
JOIN company ON company.company_code = coalesce(setting.company_code, company.company_code)
WHERE setting.setting_name IN ('invoice_reason', 'sales_reason', 'manual_reason')
  AND coalesce(setting.setting_value, '') <> ''
  AND NOT EXISTS (
      SELECT 1 FROM accounting_reason AS reason
      WHERE reason.accounting_reason_code = setting.setting_value
        AND coalesce(reason.company_code, company.company_code) = company.company_code)
GROUP BY setting.line_number, setting.setting_value
ORDER BY file_name, line_number, field

-- name: check_periods
-- Grain: one accounting period that ends before it begins or overlaps an earlier one of its company. Input:
-- accounting_period.
SELECT 'accounting_periods.csv' AS file_name, line_number, 'end_date' AS field,
       'reference_value_invalid' AS finding_code,
       end_date AS raw_value, said('end_after_start') AS expected
FROM accounting_period WHERE end_date < start_date
UNION ALL
SELECT 'accounting_periods.csv', later.line_number, 'start_date', 'reference_value_invalid', later.start_date,
       said('date_after_period', {'period': earlier.period_code})
FROM accounting_period AS later
JOIN accounting_period AS earlier
  ON earlier.company_code = later.company_code AND earlier.start_date <= later.end_date
 AND later.start_date <= earlier.end_date
 AND (earlier.start_date, earlier.line_number) < (later.start_date, later.line_number)
ORDER BY line_number, field

-- name: check_opening_amounts
-- Grain: one opening item in the company's own currency whose two amounts differ. Inputs: open_item, company.
SELECT 'opening_open_items.csv' AS file_name, item.line_number, 'original_amount_company_currency' AS field,
       'reference_value_invalid' AS finding_code, item.original_amount_company_currency AS raw_value,
       said('original_amount') AS expected
FROM open_item AS item
JOIN company USING (company_code)
WHERE item.currency_code = company.currency_code
  AND CAST(item.original_amount AS DECIMAL(18,4)) <> CAST(item.original_amount_company_currency AS DECIMAL(18,4))
ORDER BY 2, 3

-- name: check_opening_settled
-- Grain: one opening item that changed or went although something was settled on it, or whose key another source uses.
-- Inputs: opening (the candidate rows), ledger.open_item.
SELECT opening.line_number, 'open_item_key' AS field, opening.open_item_key AS raw_value,
       CASE WHEN item.origin <> 'opening' THEN said('key_of_no_other_item')
            ELSE said('item_as_opened', {
                'account': item.account_code, 'side': item.side, 'currency': item.currency_code,
                'amount': CAST(item.original_amount AS VARCHAR), 'settled': CAST(item.settled_amount AS VARCHAR)})
            END AS expected
FROM opening
JOIN ledger.open_item AS item USING (company_code, open_item_key)
WHERE item.origin <> 'opening'
   OR (item.settled_amount > 0
       AND (item.account_code <> opening.account_code OR item.side <> opening.side
            OR item.currency_code <> opening.currency_code
            OR item.original_amount <> CAST(opening.original_amount AS DECIMAL(18,4))
            OR item.original_amount_company_currency
               <> CAST(opening.original_amount_company_currency AS DECIMAL(18,4))))
UNION ALL
SELECT NULL, 'open_item_key', item.open_item_key,
       said('row_of_settled_item', {'key': item.open_item_key, 'settled': CAST(item.settled_amount AS VARCHAR)})
FROM ledger.open_item AS item
ANTI JOIN opening USING (company_code, open_item_key)
WHERE item.origin = 'opening' AND item.status = 'open' AND item.settled_amount > 0
ORDER BY 1, 3

-- name: check_invoice_accounts
-- Grain: one account named for e-invoices, sales invoices or posting rules that a company for which it is meant lacks,
-- or has only inactive. Inputs: vat_code, invoice_rule, sales_rule, withholding_account, welfare_fund_account,
-- posting_rule, item_withholding, item_deferred_vat, setting, account, company. A blank company_code means every
-- company. Companies that are unknown are named by check_unknown_codes.
WITH named AS (
    SELECT 'vat_codes.csv' AS file_name, line_number, 'vat_account_code' AS field, company_code,
           vat_account_code AS account_code
    FROM vat_code
    UNION ALL
    SELECT 'vat_codes.csv', line_number, 'second_account_code', company_code, second_account_code FROM vat_code
    UNION ALL
    SELECT 'invoice_rules.csv', line_number, 'account_code', company_code, account_code FROM invoice_rule
    UNION ALL
    SELECT 'sales_rules.csv', line_number, 'account_code', company_code, account_code FROM sales_rule
    UNION ALL
    SELECT 'sales_rules.csv', line_number, 'vat_account_code', company_code, vat_account_code FROM sales_rule
    UNION ALL
    SELECT 'withholding_accounts.csv', line_number, 'account_code', company_code, account_code
    FROM withholding_account
    UNION ALL
    SELECT 'welfare_funds.csv', line_number, 'account_code', company_code, account_code
    FROM welfare_fund_account
    UNION ALL
    SELECT 'posting_rules.csv', line_number, 'account_code', company_code, account_code FROM posting_rule
    UNION ALL
    SELECT 'item_withholding.csv', line_number, 'account_code', company_code, account_code FROM item_withholding
    UNION ALL
    SELECT 'item_deferred_vat.csv', line_number, 'deferred_account_code', company_code, deferred_account_code
    FROM item_deferred_vat
    UNION ALL
    SELECT 'item_deferred_vat.csv', line_number, 'vat_account_code', company_code, vat_account_code
    FROM item_deferred_vat
    UNION ALL
    SELECT 'settings.csv', line_number, 'setting_value', company_code, setting_value
    FROM setting
    WHERE setting_name IN ('rounding_account', 'stamp_duty_account', 'supplier_advance_account',
                           'exchange_gain_account',
                           'exchange_loss_account')
)
SELECT named.file_name, named.line_number, named.field, 'reference_code_unknown' AS finding_code,
       named.account_code AS raw_value,
       said('active_account', {'companies': string_agg(company.company_code, ', ' ORDER BY company.company_code)})
           AS expected
FROM named
JOIN company ON company.company_code = coalesce(named.company_code, company.company_code)
LEFT JOIN account
  ON account.company_code = company.company_code AND account.account_code = named.account_code
 AND account.is_active = 'true'
WHERE named.account_code IS NOT NULL AND account.account_code IS NULL
GROUP BY ALL
ORDER BY named.file_name, named.line_number, named.field

-- name: check_invoice_vat_codes
-- Grain: one VAT code of a posting rule that a company for which the rule is meant lacks; a blank company_code means
-- every company. Inputs: invoice_rule, vat_code, company.
SELECT 'invoice_rules.csv' AS file_name, rule.line_number, 'vat_code' AS field,
       'reference_code_unknown' AS finding_code, rule.vat_code AS raw_value,
       said('vat_code_of_companies', {
           'companies': string_agg(company.company_code, ', ' ORDER BY company.company_code)}) AS expected
FROM invoice_rule AS rule
JOIN company ON company.company_code = coalesce(rule.company_code, company.company_code)
WHERE rule.vat_code IS NOT NULL
  AND NOT EXISTS (
      SELECT 1 FROM vat_code AS code
      WHERE code.vat_code = rule.vat_code
        AND coalesce(code.company_code, company.company_code) = company.company_code)
GROUP BY ALL
ORDER BY rule.line_number

-- name: check_invoice_values
-- Grain: one value of a VAT code, a welfare fund or an exchange rate that does not fit its row. Inputs: vat_code,
-- welfare_fund_account, exchange_rate.
SELECT 'vat_codes.csv' AS file_name, line_number, 'second_account_code' AS field,
       'reference_value_invalid' AS finding_code, '' AS raw_value,
       CASE treatment
           WHEN 'reverse_charge' THEN said('reverse_charge_account')
           WHEN 'deferred' THEN said('deferred_vat_account')
           ELSE said('split_payment_account') END AS expected
FROM vat_code
WHERE treatment IN ('reverse_charge', 'deferred', 'split_payment') AND second_account_code IS NULL
UNION ALL
SELECT 'vat_codes.csv', line_number, 'vat_account_code', 'reference_value_invalid', '',
       said('deductible_vat_account')
FROM vat_code
WHERE vat_account_code IS NULL AND treatment <> 'outside' AND CAST(deductible_pct AS DECIMAL(9,4)) > 0
UNION ALL
SELECT 'vat_codes.csv', line_number, 'exigibility', 'reference_value_invalid', coalesce(exigibility, ''),
       CASE WHEN treatment = 'split_payment' THEN said('split_payment_exigibility')
            ELSE said('other_exigibility') END
FROM vat_code
WHERE (treatment = 'split_payment') <> (coalesce(exigibility, 'I') = 'S')
UNION ALL
SELECT 'vat_codes.csv', line_number, 'vat_nature', 'reference_value_invalid', coalesce(vat_nature, ''),
       said('nature_outside')
FROM vat_code
WHERE treatment = 'outside' AND vat_nature IS NULL
UNION ALL
SELECT 'vat_codes.csv', line_number, 'vat_rate', 'reference_value_invalid', vat_rate,
       CASE WHEN treatment = 'reverse_charge' THEN said('reverse_charge_rate')
            ELSE said('rate_beside_nature') END
FROM vat_code
WHERE (treatment = 'reverse_charge') <> (CAST(vat_rate AS DECIMAL(9,4)) > 0)
  AND (treatment IN ('reverse_charge', 'outside') OR vat_nature IS NOT NULL)
UNION ALL
SELECT 'welfare_funds.csv', line_number, 'account_code', 'reference_value_invalid', '',
       said('fund_account')
FROM welfare_fund_account
WHERE is_withheld = 'true' AND account_code IS NULL
UNION ALL
SELECT 'welfare_funds.csv', line_number, 'is_withheld', 'reference_value_invalid', is_withheld,
       said('withheld_fund')
FROM welfare_fund_account
WHERE fund_type = 'TC07' AND is_withheld = 'false'
UNION ALL
SELECT 'exchange_rates.csv', line_number, 'currency_code', 'reference_value_invalid', currency_code,
       said('another_currency')
FROM exchange_rate
WHERE currency_code = company_currency_code
ORDER BY file_name, line_number, field

-- name: check_posting_rules
-- Grain: one value of a posting rule that does not fit: a reason that a company for which the rule is meant lacks, an
-- account or days that the rule does not use, a transit account of another kind. Inputs: posting_rule,
-- accounting_reason, account, company. A blank company_code means every company.
SELECT 'posting_rules.csv' AS file_name, rule.line_number, 'accounting_reason_code' AS field,
       'reference_code_unknown' AS finding_code, rule.accounting_reason_code AS raw_value,
       said('reason_of_companies', {'companies': string_agg(company.company_code, ', ' ORDER BY company.company_code)})
           AS expected
FROM posting_rule AS rule
JOIN company ON company.company_code = coalesce(rule.company_code, company.company_code)
WHERE NOT EXISTS (
      SELECT 1 FROM accounting_reason AS reason
      WHERE reason.accounting_reason_code = rule.accounting_reason_code
        AND coalesce(reason.company_code, company.company_code) = company.company_code)
GROUP BY rule.line_number, rule.accounting_reason_code
UNION ALL
SELECT 'posting_rules.csv', line_number, 'account_code', 'reference_value_invalid', account_code,
       said('no_account_in_rule')
FROM posting_rule
WHERE posting_rule <> 'unpaid' AND account_code IS NOT NULL
UNION ALL
SELECT 'posting_rules.csv', line_number, 'due_days', 'reference_value_invalid', due_days,
       said('no_days_in_rule')
FROM posting_rule
WHERE posting_rule = 'payment_order' AND due_days IS NOT NULL
UNION ALL
SELECT DISTINCT 'posting_rules.csv', rule.line_number, 'account_code', 'reference_value_invalid', rule.account_code,
       said('account_to_pass_through')
FROM posting_rule AS rule
JOIN account ON account.company_code = coalesce(rule.company_code, account.company_code)
            AND account.account_code = rule.account_code
WHERE account.account_kind IN ('bank', 'customer', 'supplier')
ORDER BY file_name, line_number, field

-- name: check_item_conditions
-- Grain: one withholding or deferred VAT that does not fit its opening item: no such item, one in another currency than
-- its company's, an amount too large. Inputs: item_withholding, item_deferred_vat, open_item, company.
WITH named AS (
    SELECT 'item_withholding.csv' AS file_name, line_number, 'withholding_amount' AS field, company_code, open_item_key,
           withholding_amount AS amount, CAST(withholding_amount AS DECIMAL(18,4)) AS together
    FROM item_withholding
    UNION ALL
    SELECT 'item_deferred_vat.csv', line_number, 'deferred_amount', company_code, open_item_key, deferred_amount,
           sum(CAST(deferred_amount AS DECIMAL(18,4))) OVER (PARTITION BY company_code, open_item_key)
    FROM item_deferred_vat
), found AS (
    SELECT named.*, item.currency_code, item.side, CAST(item.original_amount AS DECIMAL(18,4)) AS original_amount,
           company.currency_code AS company_currency_code
    FROM named
    LEFT JOIN open_item AS item USING (company_code, open_item_key)
    LEFT JOIN company USING (company_code)
)
SELECT file_name, line_number, 'open_item_key' AS field, 'reference_code_unknown' AS finding_code,
       company_code || ' ' || open_item_key AS raw_value, said('opening_item') AS expected
FROM found WHERE original_amount IS NULL
UNION ALL
SELECT file_name, line_number, 'open_item_key', 'reference_value_invalid', open_item_key,
       said('item_in_company_currency', {'currency': company_currency_code})
FROM found WHERE currency_code <> company_currency_code
UNION ALL
SELECT file_name, line_number, 'open_item_key', 'reference_value_invalid', open_item_key,
       said('credit_item')
FROM found WHERE file_name = 'item_withholding.csv' AND side = 'debit'
UNION ALL
SELECT file_name, line_number, field, 'reference_value_invalid', amount,
       said('less_than_item', {'amount': CAST(original_amount AS VARCHAR)})
FROM found WHERE together >= original_amount
ORDER BY file_name, line_number, field

-- name: check_treasury_accounts
-- Grain: one row of treasury_accounts.csv whose account its company does not have. Inputs: treasury_account, account.
SELECT 'treasury_accounts.csv' AS file_name, line_number, 'account_code' AS field,
       'reference_code_unknown' AS finding_code, company_code || ' ' || account_code AS raw_value,
       said('account_of_company') AS expected
FROM treasury_account
ANTI JOIN account USING (company_code, account_code)
ORDER BY line_number

-- name: check_identifiers
-- Grain: one number of counterparty_identifiers.csv that another counterparty has at the same time, or whose last day
-- is before its first. Inputs: counterparty_identifier, counterparty, identifier_scheme. Only a VAT number may be that
-- of several: the members of a VAT group share one, and their tax codes tell them apart.
WITH own AS (
    SELECT written.* REPLACE (CASE WHEN prefix <> ''
                                        AND starts_with(spelled, prefix) THEN substr(spelled, length(prefix) + 1)
                                        ELSE spelled END AS spelled)
    FROM (SELECT own.*, regexp_replace(upper(own.identifier), '[^A-Z0-9]', '', 'g') AS spelled,
                 CASE WHEN scheme.scheme_code = 'TAX' THEN 'IT' ELSE scheme.prefix END AS prefix
          FROM counterparty_identifier AS own
          JOIN identifier_scheme AS scheme ON scheme.spelling = own.scheme_code) AS written
), known AS (
    SELECT counterparty_code, scheme_code, spelled, valid_from, valid_to, said('line', {'line': line_number}) AS place
    FROM own
    UNION ALL
    SELECT counterparty_code, 'TAX', regexp_replace(regexp_replace(upper(tax_code), '[^A-Z0-9]', '', 'g'), '^IT', ''),
           NULL, NULL, 'counterparties.csv'
    FROM counterparty
)
SELECT 'counterparty_identifiers.csv' AS file_name, own.line_number, 'identifier' AS field,
       'reference_value_invalid' AS finding_code,
       own.identifier AS raw_value,
       said('number_of_one_counterparty', {
           'counterparty': min(known.counterparty_code), 'place': min_by(known.place, known.counterparty_code)})
           AS expected
FROM own
JOIN known ON known.scheme_code = own.scheme_code AND known.spelled = own.spelled
  AND known.counterparty_code <> own.counterparty_code
 AND coalesce(known.valid_from, '0001-01-01') <= coalesce(own.valid_to, '9999-12-31')
 AND coalesce(own.valid_from, '0001-01-01') <= coalesce(known.valid_to, '9999-12-31')
WHERE own.scheme_code <> 'VAT'
GROUP BY own.line_number, own.identifier
UNION ALL
SELECT 'counterparty_identifiers.csv', line_number, 'valid_to', 'reference_value_invalid', valid_to,
       said('day_since_start', {'start': valid_from})
FROM counterparty_identifier
WHERE valid_to < valid_from
ORDER BY file_name, line_number, field

-- name: mended_finding
-- Grain: one open finding of a reference file that was not found again. Inputs: ledger.finding, found.
SELECT finding.rowid AS finding_row
FROM ledger.finding AS finding
WHERE finding.import_id IS NULL AND finding.resolution IS NULL
  AND NOT EXISTS (
      SELECT 1 FROM found
      WHERE found.source_file = finding.source_file AND found.finding_code = finding.finding_code
        AND found.line_number IS NOT DISTINCT FROM finding.line_number
        AND found.field IS NOT DISTINCT FROM finding.field
        AND found.raw_value IS NOT DISTINCT FROM finding.raw_value)

-- name: finding_to_note
-- Grain: one finding of a reference file that is not open already. Inputs: ledger.finding, found.
SELECT CAST(NULL AS BIGINT) AS import_id,
       (SELECT coalesce(max(attempt), 0) + 1 FROM ledger.finding WHERE import_id IS NULL) AS attempt,
       row_number() OVER (ORDER BY source_file, line_number, field, finding_code) AS ordinal, source_file, line_number,
       byte_start, byte_end, field, finding_code, severity, raw_value, expected, $now AS found_at
FROM found
WHERE NOT EXISTS (
      SELECT 1 FROM ledger.finding AS finding
      WHERE finding.import_id IS NULL AND finding.resolution IS NULL
        AND found.source_file = finding.source_file AND found.finding_code = finding.finding_code
        AND found.line_number IS NOT DISTINCT FROM finding.line_number
        AND found.field IS NOT DISTINCT FROM finding.field
        AND found.raw_value IS NOT DISTINCT FROM finding.raw_value)

-- name: count_refused
-- Grain: one row, the number of open findings of the reference files: while there are any, the last good files are in
-- force. Input: ledger.finding.
SELECT count(*) FROM ledger.finding WHERE import_id IS NULL AND resolution IS NULL
