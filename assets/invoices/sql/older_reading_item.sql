-- Grain: one open item of a registered document that somebody settled or that the treasury knows. Inputs: older_reading,
-- ledger.open_item, ledger.settlement, ledger.exported_item; $document_ids. settled_by names postings as ENTRY/LINE. Order: document, key.
SELECT older.document_id, item.company_code, item.open_item_key, item.currency_code, item.settled_amount, settled.settled_by,
       exported.open_item_key IS NOT NULL AS is_exported
FROM older_reading AS older
JOIN ledger.open_item AS item ON item.opened_by_entry_id = older.entry_id
LEFT JOIN (
    SELECT item_id, string_agg(DISTINCT entry_id || '/' || line_number, ', ' ORDER BY entry_id || '/' || line_number) AS settled_by
    FROM ledger.settlement WHERE undone_at IS NULL GROUP BY item_id
) AS settled USING (item_id)
LEFT JOIN ledger.exported_item AS exported ON exported.company_code = item.company_code AND exported.open_item_key = item.open_item_key
WHERE older.document_id IN (SELECT unnest($document_ids)) AND (settled.settled_by IS NOT NULL OR exported.open_item_key IS NOT NULL)
ORDER BY older.document_id, item.open_item_key
