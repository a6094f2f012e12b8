-- Grain: one trace import that stands, and that is $import_id or left something out that it brought, if its status or what is said of it
-- is not as it is to be: status is the one that it is to have. is_nowhere: something that it left out is in the ledger no more;
-- brought_by is the deleted import that had brought it last. Left out was its whole content, single movements, or movements without a
-- number of which is known that they are the same, and for which not so many are left. Inputs: ledger.file_import, ledger.finding,
-- ledger.journal_entry, ledger.movement_answer, ledger.unnumbered_movement, ledger.withdrawn_movement, ledger.imported_movement,
-- ledger.trace_wording; $import_id, $finding_code (of what says so). Order: import_id. One that was superseded stands where what
-- superseded it does not leave out the same. A movement that a person said to be another one, after it was said that an equal one is in
-- the ledger, is not what was meant then. A whole content is somewhere where a file of that content or of that wording holds it, or where
-- all its movements have a number and are in the ledger, whichever files brought them.
WITH deleted_content AS (
    SELECT repeated.import_id, repeated.movement_count, entry.movement_key
    FROM ledger.file_import AS repeated
    JOIN ledger.journal_entry AS entry ON entry.import_id = repeated.import_id
    ANTI JOIN ledger.unnumbered_movement AS unnumbered ON unnumbered.entry_id = entry.entry_id
    WHERE repeated.source_kind = 'trace' AND repeated.status = 'deleted' AND entry.entry_kind = 'trace'
      AND repeated.import_id IN (SELECT repeats_import_id FROM ledger.file_import)
    UNION
    SELECT repeated.import_id, repeated.movement_count, finding.raw_value
    FROM ledger.file_import AS repeated
    JOIN ledger.finding AS finding ON finding.import_id = repeated.import_id AND finding.attempt = repeated.attempt
    WHERE repeated.source_kind = 'trace' AND repeated.status = 'deleted' AND finding.finding_code = 'movement_already_imported'
      AND repeated.import_id IN (SELECT repeats_import_id FROM ledger.file_import)
), related AS (
    SELECT import_id FROM ledger.file_import WHERE import_id = $import_id OR repeats_import_id = $import_id
    UNION
    SELECT repeating.import_id
    FROM ledger.file_import AS repeating
    JOIN deleted_content ON deleted_content.import_id = repeating.repeats_import_id
    JOIN ledger.journal_entry AS entry ON entry.movement_key = deleted_content.movement_key AND entry.import_id = $import_id
    UNION
    SELECT repeating.import_id
    FROM ledger.trace_wording AS wording
    JOIN ledger.trace_wording AS same ON same.wording_hash = wording.wording_hash
    JOIN ledger.file_import AS repeating ON repeating.repeats_import_id = same.import_id
    WHERE wording.import_id = $import_id
    UNION
    SELECT repeating.import_id
    FROM ledger.file_import AS import
    JOIN ledger.file_import AS same ON same.content_sha256 = import.content_sha256
    JOIN ledger.file_import AS repeating ON repeating.import_id = same.import_id OR repeating.repeats_import_id = same.import_id
    WHERE import.import_id = $import_id AND repeating.repeats_import_id IS NOT NULL
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
    SELECT import.import_id, import.attempt, import.status, import.error_count, import.repeats_import_id, import.content_sha256,
           import.superseded_by_import_id
    FROM ledger.file_import AS import
    SEMI JOIN related ON related.import_id = import.import_id
    WHERE import.source_kind = 'trace' AND import.status IN ('posted', 'repeated', 'incomplete', 'superseded')
), standing_for AS (
    SELECT standing.import_id AS superseded_id, newer.import_id
    FROM standing JOIN ledger.file_import AS newer ON newer.import_id = standing.superseded_by_import_id
    WHERE newer.status <> 'deleted'
), same AS (
    SELECT answer.import_id, answer.equality_hash, count(DISTINCT (answer.company_code, answer.progressive)) AS same_count,
           max(answer.answered_at) AS answered_at
    FROM ledger.movement_answer AS answer
    JOIN standing ON standing.import_id = answer.import_id
    -- What the file posted itself by a rerun is not left out, whatever was answered.
    ANTI JOIN (SELECT import_id, company_code, progressive FROM ledger.journal_entry
               ANTI JOIN ledger.withdrawn_movement USING (entry_id) WHERE entry_kind = 'trace') AS own
      ON own.import_id = answer.import_id AND own.company_code = answer.company_code AND own.progressive = answer.progressive
    WHERE answer.answer = 'same' AND answer.withdrawn_at IS NULL AND answer.equality_hash IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM ledger.movement_answer AS again JOIN standing_for USING (import_id)
                      WHERE standing_for.superseded_id = standing.import_id AND again.equality_hash = answer.equality_hash)
    GROUP BY answer.import_id, answer.equality_hash
), same_wording AS (
    SELECT repeated.import_id AS repeated_id, same.import_id
    FROM standing
    JOIN ledger.trace_wording AS repeated ON repeated.import_id = standing.repeats_import_id
    JOIN ledger.trace_wording AS same ON same.wording_hash = repeated.wording_hash
), nowhere AS (
    SELECT standing.import_id, repeated.import_id AS brought_by
    FROM standing
    JOIN ledger.file_import AS repeated ON repeated.import_id = standing.repeats_import_id
    WHERE repeated.status = 'deleted'
      AND NOT EXISTS (SELECT 1 FROM ledger.file_import AS holder
                      WHERE holder.source_kind = 'trace' AND holder.repeats_import_id IS NULL
                        AND holder.status IN ('posted', 'incomplete', 'failed')
                        AND (holder.content_sha256 IN (standing.content_sha256, repeated.content_sha256)
                             OR holder.import_id IN (SELECT import_id FROM same_wording
                                                     WHERE same_wording.repeated_id = repeated.import_id)))
      AND repeated.movement_count > (SELECT count(*) FROM deleted_content
                                     SEMI JOIN ledger.imported_movement AS imported
                                       ON imported.movement_key = deleted_content.movement_key
                                     WHERE deleted_content.import_id = repeated.import_id)
    UNION ALL
    SELECT standing.import_id, entry.import_id
    FROM standing
    JOIN ledger.finding AS finding ON finding.import_id = standing.import_id AND finding.attempt = standing.attempt
    JOIN ledger.journal_entry AS entry ON entry.movement_key = finding.raw_value
    ANTI JOIN ledger.imported_movement AS imported ON imported.movement_key = finding.raw_value
    WHERE finding.finding_code = 'movement_already_imported'
      AND NOT EXISTS (SELECT 1 FROM ledger.finding AS again JOIN standing_for USING (import_id)
                      WHERE standing_for.superseded_id = standing.import_id AND again.raw_value = finding.raw_value
                        AND again.finding_code = finding.finding_code)
    UNION ALL
    SELECT same.import_id, max(entry.import_id) FILTER (imported.entry_id IS NULL)
    FROM same
    JOIN ledger.unnumbered_movement AS equal USING (equality_hash)
    JOIN ledger.journal_entry AS entry ON entry.entry_id = equal.entry_id AND entry.import_id <> same.import_id
    LEFT JOIN ledger.imported_movement AS imported ON imported.entry_id = equal.entry_id
    LEFT JOIN ledger.movement_answer AS other
      ON other.import_id = entry.import_id AND other.company_code = entry.company_code AND other.progressive = entry.progressive
     AND other.answer = 'another' AND other.withdrawn_at IS NULL AND other.answered_at > same.answered_at
    WHERE other.answer_id IS NULL
    GROUP BY same.import_id, same.equality_hash, same.same_count
    HAVING same.same_count > count(imported.entry_id)
), seen AS (
    SELECT standing.import_id, standing.status AS known_status, left_out.import_id IS NOT NULL AS is_nowhere, left_out.brought_by,
           EXISTS (SELECT 1 FROM ledger.finding AS finding
                   WHERE finding.import_id = standing.import_id AND finding.finding_code = $finding_code AND finding.resolution IS NULL) AS is_said,
           CASE WHEN left_out.import_id IS NOT NULL THEN 'incomplete'
                WHEN standing.superseded_by_import_id IS NOT NULL THEN 'superseded'
                WHEN standing.error_count > 0 THEN 'incomplete'
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
