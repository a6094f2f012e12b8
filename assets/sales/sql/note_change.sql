-- Grain: one booked invoice of which a file says something else (T05): the newest is noted, what was booked stays. Inputs:
-- sale_change; $import_id, $now.
UPDATE ledger.sales_invoice AS kept
SET changed_import_id = $import_id, changed_sha256 = change.content_sha256, changed_at = $now, changed_detail = change.changed_detail
FROM sale_change AS change
WHERE change.known_invoice_id = kept.invoice_id AND kept.changed_sha256 IS DISTINCT FROM change.content_sha256
