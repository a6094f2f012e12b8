-- Grain: one row: what this import has in the ledger now. Inputs: ledger.posting, ledger.journal_entry,
-- ledger.reversed_entry, ledger.withdrawn_movement. A movement that waits for an answer again is not posted; its postings stay.
SELECT (SELECT count(*) FROM ledger.journal_entry ANTI JOIN ledger.withdrawn_movement USING (entry_id)
        WHERE import_id = $import_id) AS posted_movement_count,
       count(*) AS posting_count,
       count(*) FILTER (is_linked) AS linked_posting_count,
       count(*) FILTER (unlinked_reason IS NOT NULL AND reversed.entry_id IS NULL) AS unlinked_posting_count,
       coalesce(sum(debit_amount), 0) AS debit_total,
       coalesce(sum(credit_amount), 0) AS credit_total
FROM ledger.posting
LEFT JOIN ledger.reversed_entry AS reversed USING (entry_id)
WHERE import_id = $import_id
