-- Grain: one partition key that a file or delivery has or had, or that was drawn for one. Inputs: ledger.file_import (a deleted one has
-- its number behind its key), ledger.delivery, ledger.drawn_key.
SELECT partition_key FROM ledger.file_import
UNION
SELECT regexp_replace(partition_key, '#[0-9]+$', '') FROM ledger.file_import
UNION
SELECT delivery_key FROM ledger.delivery
UNION
SELECT partition_key FROM ledger.drawn_key
