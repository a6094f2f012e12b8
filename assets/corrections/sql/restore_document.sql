-- Grain: one document that is registered again as it was. What is to be paid is what its entry has on the supplier's account, without
-- what was paid before; the reasons are the findings that are left. Inputs: ledger.registration, ledger.posting, ledger.open_item,
-- ledger.finding; $registration_id.
UPDATE ledger.document AS document
SET status = 'registered', company_code = restored.company_code, counterparty_code = restored.counterparty_code,
    registration_key = restored.identity_key, closed_at = restored.registered_at, closed_by = coalesce(restored.requested_by, 'partita'),
    closed_reason = restored.registered_by,
    payable_amount = (SELECT CAST(coalesce(-sum(currency_amount), 0) AS DECIMAL(18,4)) FROM ledger.posting
                      ANTI JOIN (SELECT company_code, open_item_key FROM ledger.open_item WHERE hold_reason = 'paid_before') AS paid
                           USING (company_code, open_item_key)
                      WHERE entry_id = restored.entry_id AND open_item_key IS NOT NULL),
    reason_codes = (SELECT string_agg(DISTINCT finding_code, ' ' ORDER BY finding_code) FROM ledger.finding AS finding
                    WHERE finding.import_id = document.import_id AND finding.resolution IS NULL
                      AND finding.movement_reference = CAST(document.document_id AS VARCHAR))
FROM ledger.registration AS restored
WHERE restored.registration_id = $registration_id AND document.document_id = restored.document_id
