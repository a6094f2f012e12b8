-- What the comment of a table calls its key, the table holds itself where it may. Rows that stand twice are named first,
-- and the ledger stays as it is. Other tables are left to the check over the ledger `keys_are_unique`, which looks at
-- them after every run:
-- - posting, settlement, open_item (its item_id) and finding, of which a large file writes a row for each of its lines:
--   a key would cost a tenth of its import;
-- - finding, exported_item and document_question also because one transaction gives rows other numbers, or deletes and
--   inserts them, which DuckDB takes for a key that stands twice;
-- - accounting_reason, counterparty_identifier, posting_rule, reason_description, setting, vat_code,
--   welfare_fund_account and withholding_account, of whose keys a column may be blank: no PRIMARY KEY takes that, and
--   to UNIQUE no blank is like another.
-- automatic_registration, document_decision, item_life, purge, sync_customer, sync_event and sync_problem say what
-- happened at a moment. They have no key: a clock may be set back, and must keep nobody from working.
SELECT CASE WHEN count(*) > 0 THEN error('rows stand twice in the ledger, which no Partita writes: '
       || string_agg(found, ', ' ORDER BY found)
       || '. Go on with the version that you had, keep a copy of the home folder and report it') END
FROM (
    SELECT 'account ' || concat_ws('/', version, company_code, account_code) AS found
    FROM ledger.account GROUP BY version, company_code, account_code HAVING count(*) > 1
    UNION ALL
    SELECT 'accounting period ' || concat_ws('/', version, company_code, period_code)
    FROM ledger.accounting_period GROUP BY version, company_code, period_code HAVING count(*) > 1
    UNION ALL
    SELECT 'company ' || concat_ws('/', version, company_code)
    FROM ledger.company GROUP BY version, company_code HAVING count(*) > 1
    UNION ALL
    SELECT 'counterparty ' || concat_ws('/', version, counterparty_code)
    FROM ledger.counterparty GROUP BY version, counterparty_code HAVING count(*) > 1
    UNION ALL
    SELECT 'exchange rate ' || concat_ws('/', version, currency_code, rate_date, company_currency_code)
    FROM ledger.exchange_rate GROUP BY version, currency_code, rate_date, company_currency_code HAVING count(*) > 1
    UNION ALL
    SELECT 'invoice rule ' || concat_ws('/', version, rule_code)
    FROM ledger.invoice_rule GROUP BY version, rule_code HAVING count(*) > 1
    UNION ALL
    SELECT 'item deferred vat ' || concat_ws('/', version, company_code, open_item_key, deferred_account_code,
                                             vat_account_code)
    FROM ledger.item_deferred_vat
    GROUP BY version, company_code, open_item_key, deferred_account_code, vat_account_code HAVING count(*) > 1
    UNION ALL
    SELECT 'item withholding ' || concat_ws('/', version, company_code, open_item_key)
    FROM ledger.item_withholding GROUP BY version, company_code, open_item_key HAVING count(*) > 1
    UNION ALL
    SELECT 'sales rule ' || concat_ws('/', version, rule_code)
    FROM ledger.sales_rule GROUP BY version, rule_code HAVING count(*) > 1
    UNION ALL
    SELECT 'supplier term ' || concat_ws('/', version, counterparty_code)
    FROM ledger.supplier_term GROUP BY version, counterparty_code HAVING count(*) > 1
    UNION ALL
    SELECT 'sync code ' || concat_ws('/', version, company_code, code_kind, our_code)
    FROM ledger.sync_code GROUP BY version, company_code, code_kind, our_code HAVING count(*) > 1
    UNION ALL
    SELECT 'treasury account ' || concat_ws('/', version, company_code, account_code)
    FROM ledger.treasury_account GROUP BY version, company_code, account_code HAVING count(*) > 1
    UNION ALL
    SELECT 'registration part ' || concat_ws('/', registration_id, ordinal)
    FROM ledger.registration_part GROUP BY registration_id, ordinal HAVING count(*) > 1
    UNION ALL
    SELECT 'correction effect ' || concat_ws('/', correction_id, effect_kind, object_id)
    FROM ledger.correction_effect GROUP BY correction_id, effect_kind, object_id HAVING count(*) > 1
    ORDER BY found LIMIT 10
);

ALTER TABLE ledger.account ADD PRIMARY KEY (version, company_code, account_code);
ALTER TABLE ledger.accounting_period ADD PRIMARY KEY (version, company_code, period_code);
ALTER TABLE ledger.company ADD PRIMARY KEY (version, company_code);
ALTER TABLE ledger.counterparty ADD PRIMARY KEY (version, counterparty_code);
ALTER TABLE ledger.exchange_rate ADD PRIMARY KEY (version, currency_code, rate_date, company_currency_code);
ALTER TABLE ledger.invoice_rule ADD PRIMARY KEY (version, rule_code);
ALTER TABLE ledger.item_deferred_vat
    ADD PRIMARY KEY (version, company_code, open_item_key, deferred_account_code, vat_account_code);
ALTER TABLE ledger.item_withholding ADD PRIMARY KEY (version, company_code, open_item_key);
ALTER TABLE ledger.sales_rule ADD PRIMARY KEY (version, rule_code);
ALTER TABLE ledger.supplier_term ADD PRIMARY KEY (version, counterparty_code);
ALTER TABLE ledger.sync_code ADD PRIMARY KEY (version, company_code, code_kind, our_code);
ALTER TABLE ledger.treasury_account ADD PRIMARY KEY (version, company_code, account_code);
ALTER TABLE ledger.registration_part ADD PRIMARY KEY (registration_id, ordinal);
ALTER TABLE ledger.correction_effect ADD PRIMARY KEY (correction_id, effect_kind, object_id);
