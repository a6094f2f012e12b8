-- Grain: one booked invoice that a new file says again as it was booked: it differs no longer. Inputs: sale, sale_state.
UPDATE ledger.sales_invoice AS kept
SET changed_import_id = NULL, changed_sha256 = NULL, changed_at = NULL, changed_detail = NULL
FROM sale_state AS state
JOIN sale USING (position)
WHERE state.status = 'repeated' AND sale.known_invoice_id = kept.invoice_id AND kept.content_sha256 = state.content_sha256
  AND kept.changed_sha256 IS NOT NULL
