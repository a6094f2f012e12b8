-- Grain: one import whose counts or totals differ from its postings, or null for postings without an import. A document
-- of which nothing is to be posted (free goods) has an entry without postings. An entry that a person asked for has no
-- import but says who and why; a registration that it reverses is not counted, nor a
-- movement that waits for an answer again, while an import keeps what it brought. Inputs: ledger.file_import, ledger.journal_entry,
-- ledger.posting, ledger.manual_entry, ledger.reversed_entry, ledger.withdrawn_movement.
WITH reversed AS (
    SELECT reversed.entry_id FROM ledger.reversed_entry AS reversed
    JOIN ledger.journal_entry AS entry ON entry.entry_id = reversed.entry_id
    WHERE entry.entry_kind = 'invoice'
    UNION ALL
    SELECT entry_id FROM ledger.withdrawn_movement
), posted AS (
    SELECT import_id, count(*) AS posting_count, count(DISTINCT entry_id) FILTER (NOT is_reversed) AS entry_count,
           sum(debit_amount) AS debit_total, sum(credit_amount) AS credit_total,
           count(*) FILTER (is_linked) AS linked_count,
           count(*) FILTER (source_line IS NULL) AS sourceless_count
    FROM (
        SELECT posting.*, reversed.entry_id IS NOT NULL AS is_reversed
        FROM ledger.posting AS posting LEFT JOIN reversed ON reversed.entry_id = posting.entry_id
    )
    WHERE import_id IS NOT NULL
       OR entry_id NOT IN (SELECT entry_id
                           FROM ledger.manual_entry
                           JOIN ledger.journal_entry USING (entry_id)
                           WHERE entry_kind IN ('manual', 'reversal') AND import_id IS NULL)
    GROUP BY import_id
), empty AS (
    SELECT import_id, count(*) AS entry_count
    FROM ledger.journal_entry ANTI JOIN ledger.posting USING (entry_id) ANTI JOIN reversed USING (entry_id)
    WHERE entry_kind IN ('invoice', 'sales')
    GROUP BY import_id
)
SELECT 'I' || import.import_id AS import_number, import.partition_key, posted.import_id, import.posting_count AS recorded_postings,
       posted.posting_count AS postings, import.posted_movement_count AS recorded_entries,
       coalesce(posted.entry_count, 0) + coalesce(empty.entry_count, 0) AS entries, import.debit_total AS recorded_debit, posted.debit_total AS debit
FROM ledger.file_import AS import
FULL JOIN posted USING (import_id)
LEFT JOIN empty USING (import_id)
WHERE import.import_id IS NULL
   OR import.posting_count <> coalesce(posted.posting_count, 0)
   OR import.posted_movement_count <> coalesce(posted.entry_count, 0) + coalesce(empty.entry_count, 0)
   OR import.linked_posting_count <> coalesce(posted.linked_count, 0)
   OR import.debit_total <> coalesce(posted.debit_total, 0)
   OR import.credit_total <> coalesce(posted.credit_total, 0)
   OR posted.sourceless_count > 0
ORDER BY import.import_id
