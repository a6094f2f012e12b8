-- Grain: one registration in force whose document has the identity of an earlier one in force (company, supplier, number, year,
-- invoice or credit note), unless a person said that they are two. Registrations made before documents had this identity may
-- be so. Inputs: ledger.registration, ledger.document, ledger.open_item, ledger.document_answer. Order: newest first.
WITH standing AS (
    SELECT registration.identity_key, registration.entry_id, document.document_id, document.company_code, document.counterparty_code,
           document.document_number, document.document_date, document.payable_amount, document.currency_code
    FROM ledger.registration AS registration
    JOIN ledger.document AS document USING (document_id)
    WHERE registration.undone_at IS NULL
), repeated AS (
    SELECT identity_key FROM standing GROUP BY identity_key HAVING count(*) > 1
), pair AS (
    SELECT later.*, earlier.document_id AS first_document_id, earlier.document_number AS first_number
    FROM standing AS later
    SEMI JOIN repeated USING (identity_key)
    JOIN standing AS earlier ON earlier.identity_key = later.identity_key AND earlier.document_id < later.document_id
    WHERE NOT EXISTS (SELECT 1 FROM ledger.document_answer AS answer
                      WHERE answer.answer = 'other' AND answer.undone_at IS NULL
                        AND (answer.document_id = later.document_id AND answer.other_document_id = earlier.document_id
                             OR answer.document_id = earlier.document_id AND answer.other_document_id = later.document_id))
    QUALIFY row_number() OVER (PARTITION BY later.document_id ORDER BY earlier.document_id) = 1
)
SELECT 'D' || document_id AS document, 'D' || first_document_id AS first_document, company_code, counterparty_code, document_number, first_number,
       document_date, payable_amount, currency_code,
       (SELECT string_agg(open_item_key || ' ' || status, ', ' ORDER BY open_item_key) FROM ledger.open_item AS item
        WHERE item.opened_by_entry_id = pair.entry_id) AS items,
       '`partita same D' || document_id || ' D' || first_document_id || ' --reason ...`, `partita other D' || document_id || ' D' || first_document_id || ' --reason ...`' AS remedy
FROM pair
ORDER BY document_id DESC
