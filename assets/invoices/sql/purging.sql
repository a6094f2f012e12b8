-- A document is taken out of what is kept.

-- name: blank_documents
-- Grain: one document of a done delivery received before a moment (UTC), without what says more of people than
-- accounting needs: names, addresses and tax codes. Numbers, dates, amounts and hashes stay; the supplier who was
-- recognised does too, and his VAT number and registrations. Inputs: ledger.delivered_file, ledger.delivery;
-- $kept_from.
UPDATE ledger.document
SET supplier_name = NULL, supplier_address = NULL, customer_name = NULL, supplier_tax_code = NULL,
    customer_tax_code = NULL,
    payee_name = NULL, payee_identifiers = NULL, payee_ibans = NULL,
    supplier_identifiers = nullif(trim(regexp_replace(supplier_identifiers, 'TAX:\S+ ?', '', 'g')), ''),
    registration_key = CASE WHEN counterparty_code IS NOT NULL THEN registration_key END
WHERE import_id IN (
    SELECT part.import_id
    FROM ledger.delivered_file AS part
    JOIN ledger.delivery AS delivery USING (delivery_id)
    WHERE delivery.status = 'done' AND delivery.received_at < $kept_from)

-- name: finding_to_blank
-- Grain: one finding about a document of a done delivery received before a moment (UTC), without the value that stood
-- in the document. Inputs: ledger.delivered_file, ledger.delivery, ledger.finding; $kept_from.
SELECT finding.rowid AS finding_row
FROM ledger.finding AS finding
WHERE finding.import_id IN (
    SELECT part.import_id
    FROM ledger.delivered_file AS part
    JOIN ledger.delivery AS delivery USING (delivery_id)
    WHERE delivery.status = 'done' AND delivery.received_at < $kept_from)

-- name: purge_doubtful_ibans
-- Grain: one doubtful IBAN of a document of a done delivery received before a moment (UTC), unless it holds an open
-- item still. Inputs: ledger.doubtful_iban, ledger.document, ledger.delivered_file, ledger.delivery,
-- ledger.registration, ledger.open_item; $kept_from.
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

-- name: note_purge
-- Grain: one purge. Inputs: $before, $now, $who.
INSERT INTO ledger.purge VALUES ($before, $now, $who)

-- name: named_documents
-- Grain: one row: how many documents of done deliveries received before a moment (UTC) say more of people than
-- accounting needs (those that blank_documents would change). Inputs: ledger.document, ledger.delivered_file,
-- ledger.delivery; $kept_from.
SELECT count(*) AS named_document_count
FROM ledger.document
WHERE import_id IN (
    SELECT part.import_id
    FROM ledger.delivered_file AS part
    JOIN ledger.delivery AS delivery USING (delivery_id)
    WHERE delivery.status = 'done' AND delivery.received_at < $kept_from)
  AND coalesce(supplier_name, supplier_address, customer_name, supplier_tax_code, customer_tax_code, payee_name,
               payee_identifiers,
               payee_ibans) IS NOT NULL
