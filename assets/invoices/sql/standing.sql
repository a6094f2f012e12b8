-- Where a document stands: closed, to register again, or registered as it was.

-- name: close_document
-- Grain: one document that a person closes without registering it. Input: $document_ids.
UPDATE ledger.document
SET status = $status, closed_at = $now, closed_by = $who, closed_reason = $reason
WHERE document_id IN (SELECT unnest($document_ids))

-- name: reopen_document
-- Grain: one document whose registration was undone; it is to register again. Inputs: $document_id.
UPDATE ledger.document
SET status = 'to_register', closed_at = NULL, closed_by = NULL, closed_reason = NULL
WHERE document_id = $document_id

-- name: refresh_reasons
-- Grain: one document, with the codes of its findings that are open. Inputs: ledger.finding; $document_id.
UPDATE ledger.document AS document
SET reason_codes = (SELECT string_agg(DISTINCT finding_code, ' ' ORDER BY finding_code) FROM ledger.finding AS finding
                    WHERE finding.import_id = document.import_id AND finding.resolution IS NULL
                      AND finding.document_id = document.document_id)
WHERE document.document_id = $document_id

-- name: undo_registration
-- Grain: one registration that is undone; its key is free again, and kept for the day on which it counts again. Inputs:
-- $registration_id, $now.
UPDATE ledger.registration SET undone_at = $now, undone_key = registration_key, registration_key = NULL
WHERE registration_id = $registration_id

-- name: restore_registration
-- Grain: one registration that was undone and counts again. Inputs: $registration_id. Invariant: the key is unique; the
-- caller has made sure that no other document stands in the books instead (registration_to_restore), and a document's
-- key is its own.
UPDATE ledger.registration SET undone_at = NULL, registration_key = undone_key, undone_key = NULL
WHERE registration_id = $registration_id

-- name: restore_document
-- Grain: one document that is registered again as it was. What is to be paid is what its entry has on the supplier's
-- account, without what was paid before; the reasons are the findings that are left. Inputs: ledger.registration,
-- ledger.posting, ledger.open_item, ledger.finding; $registration_id.
UPDATE ledger.document AS document
SET status = 'registered', company_code = restored.company_code, counterparty_code = restored.counterparty_code,
    registration_key = restored.identity_key, closed_at = restored.registered_at,
    closed_by = coalesce(restored.requested_by, 'partita'),
    closed_reason = restored.registered_by,
    payable_amount = (SELECT CAST(coalesce(-sum(currency_amount), 0) AS DECIMAL(18,4)) FROM ledger.posting
                      ANTI JOIN (SELECT company_code, open_item_key FROM ledger.open_item
                                 WHERE hold_reason = 'paid_before') AS paid
                           USING (company_code, open_item_key)
                      WHERE entry_id = restored.entry_id AND open_item_key IS NOT NULL),
    reason_codes = (SELECT string_agg(DISTINCT finding_code, ' ' ORDER BY finding_code) FROM ledger.finding AS finding
                    WHERE finding.import_id = document.import_id AND finding.resolution IS NULL
                      AND finding.document_id = document.document_id)
FROM ledger.registration AS restored
WHERE restored.registration_id = $registration_id AND document.document_id = restored.document_id
