-- Grain: one deferred VAT, by its two accounts, of an invoice or an opening item of which something is paid now; key
-- (group_id, deferred_account_code, vat_account_code). group_id is the entry that registered the invoice, or minus the
-- item. deferred_amount is + where a payment debits the account of VAT. The accounts of an invoice are those of its
-- registration. Inputs: new_settlement, item_deferred_vat, ledger.open_item, ledger.registration,
-- ledger.registration_part, ledger.vat_code, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE deferred_vat AS
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
    SELECT registered.entry_id, part.deferred_amount, code.second_account_code AS deferred_account_code, code.vat_account_code
    FROM registered
    JOIN version_then USING (registration_id)
    JOIN ledger.registration_part AS part USING (registration_id)
    JOIN ledger.vat_code AS code
      ON code.version = version_then.version AND code.vat_code = part.vat_code
     AND (code.company_code IS NULL OR code.company_code = registered.company_code)
    WHERE part.deferred_amount <> 0
    QUALIFY row_number() OVER (PARTITION BY part.registration_id, part.ordinal ORDER BY code.company_code IS NULL) = 1
), part AS (
    SELECT entry_id AS group_id, deferred_account_code, vat_account_code, CAST(sum(deferred_amount) AS DECIMAL(18,4)) AS deferred_amount
    FROM invoice_part GROUP BY ALL
    UNION ALL
    SELECT -item.item_id, vat.deferred_account_code, vat.vat_account_code,
           CASE WHEN item.side = 'credit' THEN vat.deferred_amount ELSE -vat.deferred_amount END
    FROM item
    JOIN item_deferred_vat AS vat ON vat.company_code = item.company_code AND vat.open_item_key = item.open_item_key
    WHERE item.origin = 'opening'
)
SELECT group_id, deferred_account_code, vat_account_code, deferred_amount
FROM part
WHERE deferred_amount <> 0 AND deferred_account_code IS NOT NULL AND vat_account_code IS NOT NULL
