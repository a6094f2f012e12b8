-- Movements that were left to a file which is deleted now.

-- name: related_import
-- Grain: one import that may have left something to $import_id, or says that it left something out; only those are
-- judged. Inputs: ledger.file_import, ledger.finding, ledger.journal_entry, ledger.movement_answer,
-- ledger.unnumbered_movement, ledger.trace_wording; $import_id, $finding_code (of what says so).
CREATE OR REPLACE TEMP TABLE related_import AS
SELECT import_id FROM ledger.file_import
WHERE import_id = $import_id OR repeats_import_id = $import_id OR superseded_by_import_id = $import_id
UNION
SELECT import_id FROM ledger.finding WHERE finding_code = $finding_code AND resolution IS NULL
UNION
SELECT repeating.import_id
FROM ledger.file_import AS import
JOIN ledger.file_import AS same ON same.content_sha256 = import.content_sha256
JOIN ledger.file_import AS repeating ON repeating.import_id = same.import_id
  OR repeating.repeats_import_id = same.import_id
WHERE import.import_id = $import_id AND repeating.repeats_import_id IS NOT NULL
UNION
SELECT repeating.import_id
FROM ledger.trace_wording AS wording
JOIN ledger.trace_wording AS same ON same.wording_hash = wording.wording_hash
JOIN ledger.file_import AS repeating ON repeating.repeats_import_id = same.import_id
WHERE wording.import_id = $import_id
UNION
SELECT finding.import_id
FROM ledger.finding
JOIN ledger.journal_entry AS entry ON entry.movement_key = finding.raw_value AND entry.import_id = $import_id
WHERE finding.finding_code = 'movement_already_imported'
UNION
-- A repeated content of which the deleted file had left out itself what this import brought.
SELECT repeating.import_id
FROM ledger.finding
JOIN ledger.journal_entry AS entry ON entry.movement_key = finding.raw_value AND entry.import_id = $import_id
JOIN ledger.file_import AS repeating ON repeating.repeats_import_id = finding.import_id
WHERE finding.finding_code = 'movement_already_imported'
UNION
-- A repeated content that was there again by movements of which this import brought one.
SELECT repeating.import_id
FROM ledger.file_import AS repeating
JOIN ledger.file_import AS repeated ON repeated.import_id = repeating.repeats_import_id
  AND repeated.status = 'deleted'
JOIN ledger.journal_entry AS theirs ON theirs.import_id = repeated.import_id
JOIN ledger.journal_entry AS entry ON entry.movement_key = theirs.movement_key AND entry.import_id = $import_id
UNION
SELECT finding.import_id
FROM ledger.file_import AS mending
JOIN ledger.finding ON finding.resolution = 'superseded'
  AND finding.resolved_by = split_part(mending.partition_key, '#', 1)
WHERE mending.import_id = $import_id
UNION
-- What an import mended that was deleted, and that was there again by this one.
SELECT finding.import_id
FROM ledger.journal_entry AS entry
JOIN ledger.finding ON finding.resolution = 'superseded'
                   AND finding.movement_reference = array_to_string(string_split(entry.movement_key, '|')[1:4], '|')
WHERE entry.import_id = $import_id
UNION
SELECT answer.import_id
FROM ledger.movement_answer AS answer
JOIN ledger.unnumbered_movement AS equal USING (equality_hash)
JOIN ledger.journal_entry AS entry ON entry.entry_id = equal.entry_id AND entry.import_id = $import_id
WHERE answer.answer = 'same' AND answer.withdrawn_at IS NULL

-- name: standing_import
-- Grain: one related trace import that stands. dismissed_at: when a person decided so. Inputs: related_import,
-- ledger.file_import.
CREATE OR REPLACE TEMP TABLE standing_import AS
SELECT import.import_id, import.attempt, import.status, import.error_count, import.repeats_import_id,
       import.content_sha256,
       import.superseded_by_import_id,
       -- Only a decision names who closed an import; it stays while the import is incomplete by a deletion.
       CASE WHEN import.closed_by IS NOT NULL THEN import.closed_at END AS dismissed_at
FROM ledger.file_import AS import
SEMI JOIN related_import USING (import_id)
WHERE import.source_kind = 'trace'
  AND import.status IN ('posted', 'repeated', 'incomplete', 'superseded', 'dismissed')

-- name: mended_elsewhere
-- Grain: one finding of a standing import that another import mended which is deleted now, unless the same file was
-- dropped again. Inputs: standing_import, ledger.finding, ledger.file_import.
CREATE OR REPLACE TEMP TABLE mended_elsewhere AS
SELECT finding.import_id, finding.movement_reference, mending.import_id AS mending_id
FROM standing_import AS standing
JOIN ledger.finding AS finding ON finding.import_id = standing.import_id AND finding.attempt = standing.attempt
JOIN ledger.file_import AS mending
  ON mending.status = 'deleted' AND mending.partition_key = finding.resolved_by || '#' || mending.import_id
ANTI JOIN ledger.file_import AS again ON again.partition_key = finding.resolved_by
WHERE finding.resolution = 'superseded' AND finding.severity = 'ERROR'

-- name: leaning_import
-- Grain: one standing import and one deleted import (on_id) that it leans on as a whole: it has the same content, or
-- the other mended it as a whole. How many movements that content has is unknown where its last attempt could not read
-- it (0). Inputs: standing_import, mended_elsewhere, ledger.file_import.
CREATE OR REPLACE TEMP TABLE leaning_import AS
SELECT standing.import_id, standing.content_sha256, repeated.import_id AS on_id,
       repeated.content_sha256 AS on_sha256,
       repeated.movement_count
FROM standing_import AS standing
JOIN ledger.file_import AS repeated ON repeated.import_id = standing.repeats_import_id
WHERE repeated.status = 'deleted'
UNION
SELECT mended.import_id, mending.content_sha256, mending.import_id, mending.content_sha256, mending.movement_count
FROM mended_elsewhere AS mended
JOIN ledger.file_import AS mending ON mending.import_id = mended.mending_id
WHERE mended.movement_reference IS NULL

-- name: left_movement
-- Grain: one movement with a number that a standing import left to an entry which it names, or that an import brought
-- on which one leans. is_there: an entry with its key and its very lines stands, by whichever file; one with other
-- lines is another payment, which the rerun asks about. Inputs: standing_import, leaning_import, ledger.journal_entry,
-- ledger.unnumbered_movement, ledger.finding, ledger.file_import, ledger.imported_movement, ledger.posting,
-- ledger.posting_rule_use.
CREATE OR REPLACE TEMP TABLE left_movement AS
WITH left_to AS (
    SELECT leaning.on_id AS import_id, entry.movement_key, entry.entry_id
    FROM (SELECT DISTINCT on_id FROM leaning_import) AS leaning
    JOIN ledger.journal_entry AS entry ON entry.import_id = leaning.on_id
    ANTI JOIN ledger.unnumbered_movement AS unnumbered ON unnumbered.entry_id = entry.entry_id
    WHERE entry.entry_kind = 'trace'
    UNION
    SELECT import.import_id, finding.raw_value,
           TRY_CAST(said_value(finding.expected, 'entry') AS BIGINT)
    FROM ledger.finding AS finding
    JOIN ledger.file_import AS import ON import.import_id = finding.import_id AND import.attempt = finding.attempt
    WHERE finding.finding_code = 'movement_already_imported'
      AND (import.import_id IN (SELECT import_id FROM standing_import)
           OR import.import_id IN (SELECT on_id FROM leaning_import))
), held AS (
    SELECT left_to.import_id, left_to.movement_key, left_to.entry_id, imported.entry_id AS by_entry_id
    FROM left_to
    LEFT JOIN ledger.imported_movement AS imported USING (movement_key)
), entry_text AS (
    SELECT posting.entry_id,
           string_agg(concat_ws('|', posting.line_number, posting.account_code,
                                posting.debit_amount - posting.credit_amount,
                                posting.currency_code, posting.currency_amount, coalesce(posting.open_item_key, ''),
                                coalesce(posting.settlement_flag, '')), chr(10) ORDER BY posting.line_number) AS lines
    FROM ledger.posting AS posting
    ANTI JOIN (SELECT entry_id, line_number FROM ledger.posting_rule_use WHERE is_generated) AS generated
      ON generated.entry_id = posting.entry_id AND generated.line_number = posting.line_number
    WHERE posting.entry_id IN (SELECT entry_id FROM held WHERE entry_id <> by_entry_id UNION ALL SELECT by_entry_id
                               FROM held WHERE entry_id <> by_entry_id)
    GROUP BY posting.entry_id
)
SELECT held.import_id, held.movement_key, held.entry_id,
       held.by_entry_id IS NOT NULL AND (coalesce(held.entry_id, held.by_entry_id) = held.by_entry_id
                                         OR coalesce(ours.lines = theirs.lines, false)) AS is_there
FROM held
LEFT JOIN entry_text AS ours ON ours.entry_id = held.entry_id
LEFT JOIN entry_text AS theirs ON theirs.entry_id = held.by_entry_id

-- name: nowhere
-- Grain: one thing that a standing import left to another, deleted one (brought_by) and that is nowhere now: a whole
-- content, a movement with a number, one that mended something, or one without a number of which a person said that it
-- is the same. A whole content is somewhere where a file of that content or of that wording holds it, or where all its
-- movements have a number and stand. A movement that a person said to be another one, after it was said that an equal
-- one is in the ledger, is not what was meant then. What a superseded import left out is asked of the one that stands
-- for it. Inputs: standing_import, leaning_import, mended_elsewhere, left_movement, ledger.file_import,
-- ledger.journal_entry, ledger.movement_answer, ledger.withdrawn_movement, ledger.trace_wording, ledger.finding,
-- ledger.imported_movement, ledger.unnumbered_movement.
CREATE OR REPLACE TEMP TABLE nowhere AS
WITH standing_for AS (
    SELECT standing.import_id AS superseded_id, newer.import_id
    FROM standing_import AS standing
    JOIN ledger.file_import AS newer ON newer.import_id = standing.superseded_by_import_id
    WHERE newer.status <> 'deleted'
), gone AS (
    -- A movement that is nowhere, with the import of it that was deleted last.
    SELECT movement.import_id, movement.movement_key,
           (SELECT max_by(entry.import_id, import.closed_at)
            FROM ledger.journal_entry AS entry
            JOIN ledger.file_import AS import ON import.import_id = entry.import_id
            WHERE entry.movement_key = movement.movement_key AND import.status = 'deleted') AS brought_by
    FROM left_movement AS movement
    WHERE NOT movement.is_there
), same AS (
    SELECT answer.import_id, answer.equality_hash,
           count(DISTINCT (answer.company_code, answer.progressive)) AS same_count,
           max(answer.answered_at) AS answered_at
    FROM ledger.movement_answer AS answer
    JOIN standing_import AS standing ON standing.import_id = answer.import_id
    -- What the file posted itself by a rerun is not left out, whatever was answered.
    ANTI JOIN (SELECT import_id, company_code, progressive FROM ledger.journal_entry
               ANTI JOIN ledger.withdrawn_movement USING (entry_id) WHERE entry_kind = 'trace') AS own
      ON own.import_id = answer.import_id AND own.company_code = answer.company_code
      AND own.progressive = answer.progressive
    WHERE answer.answer = 'same' AND answer.withdrawn_at IS NULL AND answer.equality_hash IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM ledger.movement_answer AS again JOIN standing_for USING (import_id)
                      WHERE standing_for.superseded_id = standing.import_id
                        AND again.equality_hash = answer.equality_hash)
    GROUP BY answer.import_id, answer.equality_hash
), leaning_on_nothing AS (
    SELECT leaning.import_id, leaning.on_id, leaning.content_sha256, leaning.on_sha256
    FROM leaning_import AS leaning
    LEFT JOIN (SELECT import_id, count(*) AS there_count, count(*) FILTER (NOT is_there) AS gone_count
               FROM left_movement
               GROUP BY import_id) AS found
      ON found.import_id = leaning.on_id
    WHERE NOT EXISTS (SELECT 1 FROM ledger.file_import AS holder
                      WHERE holder.source_kind = 'trace' AND holder.repeats_import_id IS NULL
                        AND holder.status IN ('posted', 'incomplete', 'failed', 'superseded')
                        AND holder.import_id <> leaning.import_id
                        AND (holder.content_sha256 IN (leaning.content_sha256, leaning.on_sha256)
                             OR holder.import_id IN (SELECT same.import_id
                                                     FROM ledger.trace_wording AS wording
                                                     JOIN ledger.trace_wording AS same
                                                       ON same.wording_hash = wording.wording_hash
                                                     WHERE wording.import_id = leaning.on_id)))
      AND NOT (leaning.movement_count > 0 AND coalesce(found.gone_count, 0) = 0
               AND coalesce(found.there_count, 0) >= leaning.movement_count)
)
SELECT leaning.import_id, deleted.import_id AS brought_by
FROM leaning_on_nothing AS leaning
JOIN ledger.file_import AS deleted
  ON deleted.content_sha256 IN (leaning.content_sha256, leaning.on_sha256) AND deleted.status = 'deleted'
UNION ALL
SELECT leaning.import_id, gone.brought_by
FROM leaning_on_nothing AS leaning
JOIN gone ON gone.import_id = leaning.on_id
UNION ALL
SELECT mended.import_id,
       coalesce((SELECT max_by(entry.import_id, import.closed_at)
                 FROM ledger.journal_entry AS entry
                 JOIN ledger.file_import AS import ON import.import_id = entry.import_id
                 WHERE array_to_string(string_split(entry.movement_key, '|')[1:4], '|') = mended.movement_reference
                   AND import.status = 'deleted'), mended.mending_id)
FROM mended_elsewhere AS mended
WHERE mended.movement_reference IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM ledger.imported_movement AS imported
                  WHERE starts_with(imported.movement_key, mended.movement_reference || '|'))
UNION ALL
SELECT gone.import_id, gone.brought_by
FROM gone
JOIN standing_import AS standing ON standing.import_id = gone.import_id
WHERE NOT EXISTS (SELECT 1 FROM ledger.finding AS again JOIN standing_for USING (import_id)
                  WHERE standing_for.superseded_id = standing.import_id AND again.raw_value = gone.movement_key
                    AND again.finding_code = 'movement_already_imported')
UNION ALL
SELECT same.import_id, max_by(entry.import_id, import.closed_at) FILTER (imported.entry_id IS NULL)
FROM same
JOIN ledger.unnumbered_movement AS equal USING (equality_hash)
JOIN ledger.journal_entry AS entry ON entry.entry_id = equal.entry_id AND entry.import_id <> same.import_id
JOIN ledger.file_import AS import ON import.import_id = entry.import_id
LEFT JOIN ledger.imported_movement AS imported ON imported.entry_id = equal.entry_id
LEFT JOIN ledger.movement_answer AS other
  ON other.import_id = entry.import_id AND other.company_code = entry.company_code
  AND other.progressive = entry.progressive
 AND other.answer = 'another' AND other.withdrawn_at IS NULL AND other.answered_at > same.answered_at
WHERE other.answer_id IS NULL
GROUP BY same.import_id, same.equality_hash, same.same_count
HAVING same.same_count > count(imported.entry_id)

-- name: left_out_now
-- Grain: one standing import whose status, or what is said of it, is not as it is to be: status is the one that it is
-- to have. is_nowhere: something that the file brought is in the ledger no more, since it was left to another import,
-- which was deleted (brought_by, the last of them). A dismissal closed what was nowhere then: of a dismissed import
-- only a deletion after it counts, and the import is dismissed again once that is undone. Inputs: standing_import,
-- nowhere, ledger.finding, ledger.file_import; $finding_code (of what says so). Order: import_id.
WITH seen AS (
    SELECT standing.import_id, standing.status AS known_status, left_out.import_id IS NOT NULL AS is_nowhere,
           left_out.brought_by,
           EXISTS (SELECT 1 FROM ledger.finding AS finding
                   WHERE finding.import_id = standing.import_id AND finding.finding_code = $finding_code
                     AND finding.resolution IS NULL) AS is_said,
           CASE WHEN left_out.import_id IS NOT NULL THEN 'incomplete'
                WHEN standing.dismissed_at IS NOT NULL THEN 'dismissed'
                WHEN standing.superseded_by_import_id IS NOT NULL THEN 'superseded'
                WHEN standing.error_count > 0 THEN 'incomplete'
                WHEN standing.repeats_import_id IS NOT NULL THEN 'repeated'
                ELSE 'posted' END AS status
    FROM standing_import AS standing
    LEFT JOIN (SELECT nowhere.import_id, max_by(nowhere.brought_by, deleted.closed_at) AS brought_by
               FROM nowhere
               JOIN standing_import AS standing ON standing.import_id = nowhere.import_id
               JOIN ledger.file_import AS deleted ON deleted.import_id = nowhere.brought_by
               WHERE standing.dismissed_at IS NULL OR deleted.closed_at > standing.dismissed_at
               GROUP BY nowhere.import_id) AS left_out
      ON left_out.import_id = standing.import_id
)
SELECT import_id, status, is_nowhere, is_said, brought_by
FROM seen
WHERE status <> known_status OR is_nowhere <> is_said
ORDER BY import_id

-- name: left_out_finding_to_note
-- Grain: one import that left something out because of an import that is deleted now. Inputs: ledger.file_import,
-- ledger.finding; $import_id, $finding_code, $severity, $deleted_import_id, $now. Its number follows those of its
-- attempt.
SELECT import.import_id, import.attempt,
       (SELECT coalesce(max(ordinal), 0) + 1 FROM ledger.finding AS known WHERE known.import_id = import.import_id
          AND known.attempt = import.attempt) AS ordinal,
       import.source_file, $finding_code AS finding_code, $severity AS severity,
       said('movements_of_deleted', {'import': 'I' || deleted.import_id, 'file': deleted.source_file}) AS expected,
       $now AS found_at
FROM ledger.file_import AS import
JOIN ledger.file_import AS deleted ON deleted.import_id = $deleted_import_id
WHERE import.import_id = $import_id

-- name: left_out_finding
-- Grain: one open finding about movements that are left out, whose cause is gone: what brought them stands again.
-- Inputs: ledger.finding; $import_id, $finding_code, $now, $who, $reason.
SELECT rowid AS finding_row FROM ledger.finding WHERE import_id = $import_id AND finding_code = $finding_code
    AND resolution IS NULL
