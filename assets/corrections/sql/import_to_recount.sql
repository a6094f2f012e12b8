-- Grain: one import that a correction touched, with its linked and unlinked postings. Inputs: touched_import, ledger.posting,
-- ledger.reversed_entry.
SELECT posting.import_id, count(*) FILTER (posting.is_linked) AS linked_posting_count,
       count(*) FILTER (posting.unlinked_reason IS NOT NULL AND reversed.entry_id IS NULL) AS unlinked_posting_count
FROM ledger.posting AS posting
JOIN touched_import USING (import_id)
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = posting.entry_id
GROUP BY posting.import_id
