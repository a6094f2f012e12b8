-- Grain: one delivered part of which nothing is left to do.
SELECT partition_key FROM ledger.file_import WHERE source_kind = 'invoice' AND status IN ('posted', 'dismissed')
