-- Grain: one trace import that stands, and that is $import_id or left something out that it brought, if its status or what is said of it
-- is not as it is to be: status is the one that it is to have. is_nowhere: something that it left out is in the ledger no more;
-- brought_by is the deleted import that had brought it last. Left out was its whole content, single movements, or movements without a
-- number of which is known that they are the same, and for which not so many are left. Inputs: ledger.file_import, ledger.finding,
-- ledger.journal_entry, ledger.movement_answer, ledger.unnumbered_movement, ledger.imported_movement; $import_id, $finding_code (of
-- what says so). Order: import_id.
WITH related AS (
    SELECT import_id FROM ledger.file_import WHERE import_id = $import_id OR repeats_import_id = $import_id
    UNION
    SELECT finding.import_id
    FROM ledger.finding
    JOIN ledger.journal_entry AS entry ON entry.movement_key = finding.raw_value AND entry.import_id = $import_id
    WHERE finding.finding_code = 'movement_already_imported'
    UNION
    SELECT answer.import_id
    FROM ledger.movement_answer AS answer
    JOIN ledger.unnumbered_movement AS equal USING (equality_hash)
    JOIN ledger.journal_entry AS entry ON entry.entry_id = equal.entry_id AND entry.import_id = $import_id
    WHERE answer.answer = 'same' AND answer.withdrawn_at IS NULL
), standing AS (
    SELECT import.import_id, import.attempt, import.status, import.error_count, import.repeats_import_id
    FROM ledger.file_import AS import
    SEMI JOIN related ON related.import_id = import.import_id
    WHERE import.source_kind = 'trace' AND import.status IN ('posted', 'repeated', 'incomplete')
), same AS (
    SELECT answer.import_id, answer.equality_hash, count(*) AS same_count
    FROM ledger.movement_answer AS answer
    SEMI JOIN standing ON standing.import_id = answer.import_id
    WHERE answer.answer = 'same' AND answer.withdrawn_at IS NULL AND answer.equality_hash IS NOT NULL
    GROUP BY answer.import_id, answer.equality_hash
), nowhere AS (
    SELECT standing.import_id, repeated.import_id AS brought_by
    FROM standing
    JOIN ledger.file_import AS repeated ON repeated.import_id = standing.repeats_import_id
    WHERE repeated.status = 'deleted'
    UNION ALL
    SELECT standing.import_id, entry.import_id
    FROM standing
    JOIN ledger.finding AS finding ON finding.import_id = standing.import_id AND finding.attempt = standing.attempt
    JOIN ledger.journal_entry AS entry ON entry.movement_key = finding.raw_value
    ANTI JOIN ledger.imported_movement AS imported ON imported.movement_key = finding.raw_value
    WHERE finding.finding_code = 'movement_already_imported'
    UNION ALL
    SELECT same.import_id, max(entry.import_id) FILTER (imported.entry_id IS NULL)
    FROM same
    JOIN ledger.unnumbered_movement AS equal USING (equality_hash)
    JOIN ledger.journal_entry AS entry ON entry.entry_id = equal.entry_id AND entry.import_id <> same.import_id
    LEFT JOIN ledger.imported_movement AS imported ON imported.entry_id = equal.entry_id
    GROUP BY same.import_id, same.equality_hash, same.same_count
    HAVING same.same_count > count(imported.entry_id)
), seen AS (
    SELECT standing.import_id, standing.status AS known_status, left_out.import_id IS NOT NULL AS is_nowhere, left_out.brought_by,
           EXISTS (SELECT 1 FROM ledger.finding AS finding
                   WHERE finding.import_id = standing.import_id AND finding.finding_code = $finding_code AND finding.resolution IS NULL) AS is_said,
           CASE WHEN left_out.import_id IS NOT NULL OR standing.error_count > 0 THEN 'incomplete'
                WHEN standing.repeats_import_id IS NOT NULL THEN 'repeated'
                ELSE 'posted' END AS status
    FROM standing
    LEFT JOIN (SELECT import_id, max(brought_by) AS brought_by FROM nowhere GROUP BY import_id) AS left_out
      ON left_out.import_id = standing.import_id
)
SELECT import_id, status, is_nowhere, is_said, brought_by
FROM seen
WHERE status <> known_status OR is_nowhere <> is_said
ORDER BY import_id
