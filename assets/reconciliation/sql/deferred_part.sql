-- Grain: one deferred VAT, by its two accounts, of an invoice (or an opening item) of which something is paid now; key
-- (group_key, deferred_account_code, vat_account_code). deferred_amount is + where a payment debits the account of
-- VAT; released_amount is what became due before, in the same sense, by entries that are not reversed (a reversal may
-- be reversed itself). The accounts of an invoice are those of its registration. Inputs: new_settlement,
-- item_deferred_vat, ledger.open_item, ledger.registration, ledger.registration_part, ledger.vat_code,
-- ledger.reference_file, ledger.posting_rule_use, ledger.journal_entry.
CREATE OR REPLACE TEMP TABLE deferred_part AS
WITH item AS (
    SELECT item.* FROM ledger.open_item AS item SEMI JOIN new_settlement USING (item_id)
), registered AS (
    SELECT registration.*
    FROM ledger.registration AS registration
    WHERE registration.undone_at IS NULL AND registration.entry_id IN (SELECT opened_by_entry_id FROM item)
), version_then AS (
    SELECT registered.registration_id, max(file.version) AS version
    FROM registered
    JOIN ledger.reference_file AS file ON file.file_name = 'vat_codes.csv' AND file.version <= registered.reference_version
    GROUP BY registered.registration_id
), invoice_part AS (
    SELECT 'entry ' || registered.entry_id AS group_key, part.deferred_amount, code.second_account_code AS deferred_account_code, code.vat_account_code
    FROM registered
    JOIN version_then USING (registration_id)
    JOIN ledger.registration_part AS part USING (registration_id)
    JOIN ledger.vat_code AS code
      ON code.version = version_then.version AND code.vat_code = part.vat_code
     AND (code.company_code IS NULL OR code.company_code = registered.company_code)
    WHERE part.deferred_amount <> 0
    QUALIFY row_number() OVER (PARTITION BY part.registration_id, part.ordinal ORDER BY code.company_code IS NULL) = 1
), part AS (
    SELECT group_key, deferred_account_code, vat_account_code, CAST(sum(deferred_amount) AS DECIMAL(18,4)) AS deferred_amount
    FROM invoice_part GROUP BY ALL
    UNION ALL
    SELECT 'item ' || item.item_id, vat.deferred_account_code, vat.vat_account_code,
           CASE WHEN item.side = 'credit' THEN vat.deferred_amount ELSE -vat.deferred_amount END
    FROM item
    JOIN item_deferred_vat AS vat ON vat.company_code = item.company_code AND vat.open_item_key = item.open_item_key
), member AS (
    SELECT DISTINCT part.group_key, item.item_id
    FROM part
    JOIN ledger.open_item AS item
      ON part.group_key = 'item ' || item.item_id OR part.group_key = 'entry ' || item.opened_by_entry_id
), released AS (
    SELECT member.group_key, made.counter_account_code AS deferred_account_code, made.account_code AS vat_account_code, sum(made.amount) AS amount
    FROM ledger.posting_rule_use AS made
    JOIN member USING (item_id)
    WHERE made.posting_rule = 'deferred_vat' AND NOT EXISTS (
          SELECT 1 FROM ledger.journal_entry AS reversal
          WHERE reversal.reverses_entry_id = made.entry_id
            AND NOT EXISTS (SELECT 1 FROM ledger.journal_entry AS again WHERE again.reverses_entry_id = reversal.entry_id))
    GROUP BY ALL
)
SELECT part.*, CAST(coalesce(released.amount, 0) AS DECIMAL(18,4)) AS released_amount
FROM part
LEFT JOIN released USING (group_key, deferred_account_code, vat_account_code)
WHERE part.deferred_amount <> 0 AND part.deferred_account_code IS NOT NULL AND part.vat_account_code IS NOT NULL
