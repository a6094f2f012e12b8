-- Grain: one import, with the linked and unlinked postings that it has now. Inputs: touched_import, ledger.posting,
-- ledger.reversed_entry.
UPDATE ledger.file_import AS import
SET linked_posting_count = counted.linked_count, unlinked_posting_count = counted.unlinked_count
FROM (
    SELECT posting.import_id, count(*) FILTER (posting.is_linked) AS linked_count,
           count(*) FILTER (posting.unlinked_reason IS NOT NULL AND reversed.entry_id IS NULL) AS unlinked_count
    FROM ledger.posting AS posting
    JOIN touched_import USING (import_id)
    LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = posting.entry_id
    GROUP BY posting.import_id
) AS counted
WHERE counted.import_id = import.import_id
