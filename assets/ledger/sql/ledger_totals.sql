-- Grain: one row: the whole ledger, for the metadata of the unpartitioned assets.
SELECT (SELECT count(*) FROM ledger.open_item WHERE status = 'open') AS open_item_count,
       (SELECT count(*) FROM ledger.open_item) AS item_count,
       (SELECT count(*) FROM ledger.posting) AS posting_count,
       (SELECT count(*) FROM ledger.journal_entry) AS entry_count
