-- Grain: one doubtful IBAN of a document of a done delivery received before a moment (UTC), unless it holds an open item still. Inputs:
-- ledger.doubtful_iban, ledger.document, ledger.delivered_file, ledger.delivery, ledger.registration, ledger.open_item; $kept_from.
DELETE FROM ledger.doubtful_iban
WHERE document_id IN (
    SELECT document.document_id
    FROM ledger.document AS document
    JOIN ledger.delivered_file AS part USING (import_id)
    JOIN ledger.delivery AS delivery USING (delivery_id)
    WHERE delivery.status = 'done' AND delivery.received_at < $kept_from)
  AND document_id NOT IN (
    SELECT registration.document_id
    FROM ledger.registration AS registration
    JOIN ledger.open_item AS item ON item.opened_by_entry_id = registration.entry_id
    WHERE registration.undone_at IS NULL AND item.status = 'open' AND item.hold_reason = 'iban')
