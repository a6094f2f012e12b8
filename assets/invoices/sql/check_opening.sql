-- Grain: one document whose debt may be in the ledger already, by an item of opening_open_items.csv: of the same supplier, side and year
-- (an item without a date is of any), with the same number; or with a similar one, the same date and amount. Inputs: doc, doc_party,
-- doc_identity, doc_number, account, ledger.open_item. The first such item stands for all.
WITH supplier_account AS (
    SELECT document_id, account.company_code, account.account_code
    FROM doc_party AS party
    JOIN account ON account.company_code = party.company_code AND account.counterparty_code = party.counterparty_code
    WHERE party.supplier_count = 1
), item AS (
    SELECT owned.document_id, item.*, identity_number_of(item.document_number) AS identity_number
    FROM ledger.open_item AS item
    JOIN supplier_account AS owned ON owned.company_code = item.company_code AND owned.account_code = item.account_code
    WHERE item.origin = 'opening' AND item.status <> 'withdrawn' AND item.document_number IS NOT NULL
), spelled AS (
    SELECT *, regexp_replace(regexp_replace(identity_number, '[^\p{L}\p{N}]', '', 'g'), '^0+', '') AS number_key,
           regexp_replace(regexp_replace(identity_number, '(^|[^0-9])0+([0-9])', '\1\2', 'g'), '[^\p{L}\p{N}]', '', 'g') AS digit_key
    FROM item
), found AS (
    SELECT doc.document_id, doc.document_number, item.open_item_key, item.document_date, item.original_amount, item.currency_code, item.status,
           item.identity_number, item.identity_number = number.identity_number AS is_same
    FROM doc
    JOIN doc_number AS number USING (document_id)
    JOIN doc_identity AS identity USING (document_id)
    JOIN spelled AS item USING (document_id)
    WHERE item.side = CASE WHEN coalesce(identity.payable_amount, 0) < 0 OR identity.payable_amount IS NULL AND doc.is_credit_note THEN 'debit' ELSE 'credit' END
      AND (item.identity_number = number.identity_number
           AND (item.document_date IS NULL OR year(item.document_date) = year(doc.document_date))
           OR (item.number_key = number.number_key OR item.digit_key = number.digit_key) AND item.document_date = doc.document_date AND item.currency_code = doc.currency_code
              AND item.original_amount IN (abs(identity.payable_amount), abs(identity.total_amount)))
    QUALIFY row_number() OVER (PARTITION BY doc.document_id ORDER BY is_same DESC, item.open_item_key) = 1
)
SELECT document_id, 'document.document_number' AS field, CASE WHEN is_same THEN 'opening_item_exists' ELSE 'opening_item_similar' END AS finding_code,
       document_number AS raw_value,
       'a debt that is not in the ledger yet; the open item ' || open_item_key || ' of ' || coalesce(CAST(document_date AS VARCHAR), '?') || ', '
       || CAST(CAST(original_amount AS DECIMAL(18,2)) AS VARCHAR) || ' ' || currency_code || CASE status WHEN 'closed' THEN ', which is paid,' ELSE '' END
       || ' has the number ' || identity_number || ' of this supplier' AS expected,
       CASE WHEN is_same
            THEN '`partita handle D' || document_id || ' --reason ...` if that item stays; or take its row out of opening_open_items.csv if nothing of it is '
                 || 'paid, run `partita process`, then `partita rerun` this delivery: the e-invoice brings items of its own.'
            ELSE 'Nothing is kept out. Compare the two: if they are one, `partita refuse D' || document_id || ' --reason ...`, or take the row of the item out of opening_open_items.csv.'
            END AS remedy
FROM found
