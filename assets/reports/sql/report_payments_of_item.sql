-- Grain: one unlinked payment on the account of an open item that may be its: as much is unlinked of it as is left of the item, or its
-- line named the item's document or key. Inputs: asked_row (rows of report_unlinked_payments), ledger.open_item,
-- ledger.payment_document; $item_id, $limit. Order: by amount first, then the nearest to the due date.
SELECT payment.entry_id, payment.line_number, payment.posting_date, payment.unlinked_amount, payment.company_currency_code,
       CASE WHEN payment.is_of_amount THEN 'amount' WHEN payment.is_of_document THEN 'document number' ELSE 'key' END AS fits_by,
       payment.description, payment.source_file, payment.source_line, payment.import_number
FROM (
    SELECT asked.*, item.due_date,
           CASE WHEN item.currency_code = asked.company_currency_code
                THEN asked.unlinked_amount = item.original_amount - item.settled_amount
                ELSE item.currency_code = asked.currency_code AND asked.linked_amount = 0
                     AND abs(asked.currency_amount) = item.original_amount - item.settled_amount END AS is_of_amount,
           coalesce(document.document_number = item.document_number, false) AS is_of_document,
           coalesce(asked.open_item_key = item.open_item_key, false) AS is_of_key
    FROM asked_row AS asked
    JOIN ledger.open_item AS item
      ON item.company_code = asked.company_code AND item.account_code = asked.account_code AND item.side <> asked.side
    LEFT JOIN ledger.payment_document AS document
           ON document.entry_id = asked.entry_id AND document.line_number = asked.line_number
    WHERE item.item_id = $item_id AND item.status = 'open'
) AS payment
WHERE payment.is_of_amount OR payment.is_of_document OR payment.is_of_key
ORDER BY payment.is_of_amount DESC, abs(date_diff('day', payment.due_date, payment.posting_date)) NULLS LAST, payment.entry_id,
         payment.line_number
LIMIT $limit
