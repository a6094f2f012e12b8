-- Movements of which a person has to say whether they are in the ledger.

-- name: answered_movement
-- Grain: one movement of this import about which an answer is in force; of several the last, for a question may come
-- again. Inputs: ledger.movement_answer; $import_id. Order: answer_id.
SELECT company_code, progressive, answer, correction_id IS NULL AS is_by_itself
FROM ledger.movement_answer
WHERE import_id = $import_id AND withdrawn_at IS NULL
QUALIFY row_number() OVER (PARTITION BY company_code, progressive ORDER BY answer_id DESC) = 1
ORDER BY answer_id

-- name: asked_movement
-- Grain: one movement of this file that its key does not tell from others and that nothing else keeps out: without a
-- number, or answered by a person. Inputs: movement_state, entry_line, movement_posted_before, movement_answered,
-- corrected_import, ledger.unnumbered_movement, ledger.imported_movement, ledger.journal_entry, ledger.file_import,
-- ledger.movement_answer; $import_id. What becomes of it (D12): posted    an earlier attempt of this import brought it
-- another   a person said that it is to be posted same      a person said that it is in the ledger: holds for as many
-- as other files brought, but for those of which a person said later that they are others repeated  the file is the
-- corrected form of one that brought it waits     other files brought so many: a person has to say new       beyond
-- that number Invariant: of n equal movements, where others brought k, at least n - k are in the ledger by this file;
-- so whatever is posted without an answer is surely missing there. The first lines wait, the last ones are posted.
-- equality_hash is null where the movement has a number; brought_count and brought_by say what other files brought, the
-- first three by name.
CREATE OR REPLACE TEMP TABLE asked_movement AS
WITH said AS (
    SELECT movement.movement_number,
           md5(concat_ws('|', any_value(movement.company), any_value(movement.operation_date)) || chr(10)
               || string_agg(line_text, chr(10) ORDER BY line_text)) AS equality_hash
    FROM movement_state AS movement
    JOIN (
        SELECT movement_number,
               concat_ws('|', account_code, CAST(company_amount AS DECIMAL(18,4)), currency_code,
                         CAST(currency_amount AS DECIMAL(18,4)), coalesce(open_item_key, ''),
                         coalesce(settlement_flag, '')) AS line_text
        FROM entry_line
    ) AS entry USING (movement_number)
    WHERE movement.is_unnumbered AND NOT movement.is_kept_out
    GROUP BY movement.movement_number
), asked AS (
    SELECT movement.movement_number, movement.first_line, movement.movement_key, movement.company, movement.progressive,
           said.equality_hash, before.progressive IS NOT NULL AS is_posted, answered.answer, answered.is_by_itself
    FROM movement_state AS movement
    LEFT JOIN said USING (movement_number)
    LEFT JOIN movement_answered AS answered USING (company, progressive)
    LEFT JOIN movement_posted_before AS before USING (company, progressive)
    WHERE NOT movement.is_kept_out AND (movement.is_unnumbered OR answered.answer IS NOT NULL)
), brought AS (
    SELECT unnumbered.equality_hash, count(*) AS brought_count,
           count(*) FILTER (imported.import_id IN (SELECT import_id FROM corrected_import)) AS corrected_count,
           array_to_string(list('entry ' || entry_id || ' of I' || import.import_id || ' ' || import.partition_key
                                || ', imported '
                                || strftime(entry.created_at, '%Y-%m-%d %H:%M') || ' UTC' ORDER BY entry_id)[:3],
                                '; ') AS brought_by
    FROM ledger.unnumbered_movement AS unnumbered
    JOIN ledger.imported_movement AS imported USING (entry_id)
    JOIN ledger.journal_entry AS entry USING (entry_id)
    JOIN ledger.file_import AS import ON import.import_id = imported.import_id
    WHERE imported.import_id <> $import_id AND unnumbered.equality_hash IN (SELECT equality_hash FROM said)
    GROUP BY unnumbered.equality_hash
), same_before AS (
    SELECT equality_hash, count(*) AS same_count
    FROM ledger.movement_answer
    WHERE import_id IN (SELECT import_id FROM corrected_import) AND answer = 'same' AND withdrawn_at IS NULL
    GROUP BY equality_hash
), meant AS (
    SELECT asked.movement_number, count(*) AS meant_count
    FROM asked
    JOIN (
        SELECT company_code, progressive, max(answered_at) AS answered_at
        FROM ledger.movement_answer WHERE import_id = $import_id AND withdrawn_at IS NULL
        GROUP BY company_code, progressive
    ) AS same ON same.company_code = asked.company AND same.progressive = asked.progressive
    JOIN ledger.unnumbered_movement AS unnumbered USING (equality_hash)
    JOIN ledger.imported_movement AS imported ON imported.entry_id = unnumbered.entry_id
      AND imported.import_id <> $import_id
    JOIN ledger.journal_entry AS entry ON entry.entry_id = unnumbered.entry_id
    LEFT JOIN ledger.movement_answer AS other
      ON other.import_id = entry.import_id AND other.company_code = entry.company_code
      AND other.progressive = entry.progressive
     AND other.answer = 'another' AND other.withdrawn_at IS NULL AND other.answered_at > same.answered_at
    WHERE asked.answer = 'same' AND other.answer_id IS NULL
    GROUP BY asked.movement_number
), held AS (
    SELECT asked.movement_number
    FROM asked
    LEFT JOIN meant USING (movement_number)
    WHERE asked.answer = 'same' AND NOT asked.is_posted
    QUALIFY asked.equality_hash IS NULL
         OR row_number() OVER (PARTITION BY asked.equality_hash
                               ORDER BY asked.first_line) <= coalesce(meant.meant_count, 0)
), open AS (
    SELECT asked.movement_number, asked.first_line, asked.equality_hash, asked.is_posted
    FROM asked
    WHERE asked.answer IS DISTINCT FROM 'another' AND asked.equality_hash IS NOT NULL
      AND asked.movement_number NOT IN (SELECT movement_number FROM held)
), counted AS (
    SELECT equality_hash, coalesce(brought.brought_count, 0) - coalesce(answered.same_count, 0) AS others,
           coalesce(brought.corrected_count, 0) + coalesce(same_before.same_count, 0)
               - coalesce(answered.own_count, 0) AS known,
           open.open_count, open.posted_count
    FROM (
        SELECT equality_hash, count(*) AS open_count, count(*) FILTER (is_posted) AS posted_count
        FROM open GROUP BY equality_hash
    ) AS open
    LEFT JOIN brought USING (equality_hash)
    LEFT JOIN same_before USING (equality_hash)
    LEFT JOIN (
        SELECT asked.equality_hash, count(*) AS same_count, count(*) FILTER (asked.is_by_itself) AS own_count
        FROM asked SEMI JOIN held USING (movement_number)
        GROUP BY asked.equality_hash
    ) AS answered USING (equality_hash)
), ranked AS (
    SELECT open.movement_number,
           row_number() OVER (PARTITION BY equality_hash ORDER BY open.first_line) AS place,
           -- So many of those that are not posted stay out of the ledger, and so many of these are known without
           -- asking.
           counted.open_count - counted.posted_count
           - greatest(counted.open_count - counted.others - counted.posted_count, 0) AS left_out,
           counted.known
    FROM open
    JOIN counted USING (equality_hash)
    WHERE NOT open.is_posted
)
SELECT asked.movement_number, asked.first_line, asked.movement_key, asked.company, asked.progressive,
       asked.equality_hash,
       CASE WHEN asked.is_posted THEN 'posted'
            WHEN asked.answer = 'another' THEN 'another'
            WHEN held.movement_number IS NOT NULL THEN CASE WHEN asked.is_by_itself THEN 'repeated' ELSE 'same' END
            WHEN ranked.place <= least(ranked.known, ranked.left_out) THEN 'repeated'
            WHEN ranked.place <= ranked.left_out THEN 'waits'
            ELSE 'new' END AS state,
       brought.brought_count, brought.brought_by
FROM asked
LEFT JOIN brought USING (equality_hash)
LEFT JOIN held USING (movement_number)
LEFT JOIN ranked USING (movement_number)

-- name: insert_trace_wording
-- Grain: one import, with the hash of what its file says; the first attempt decides. Inputs: the parameters.
INSERT OR IGNORE INTO ledger.trace_wording BY NAME
SELECT CAST($import_id AS BIGINT) AS import_id, $wording_hash AS wording_hash

-- name: note_equality
-- Grain: one answer about a movement without a number, with what it is equal to: only now its file was read. Inputs:
-- asked_movement; $import_id.
UPDATE ledger.movement_answer AS answer
SET equality_hash = asked.equality_hash
FROM asked_movement AS asked
WHERE answer.import_id = $import_id AND answer.company_code = asked.company AND answer.progressive = asked.progressive
  AND answer.equality_hash IS NULL

-- name: insert_known_answer
-- Grain: one movement of which Partita itself knows that it is in the ledger, since its file is the corrected form of
-- one that brought it: so that a rerun does not ask. Inputs: ledger.movement_answer, asked_movement, movement_answered;
-- $import_id, $now.
INSERT INTO ledger.movement_answer BY NAME
SELECT (SELECT coalesce(max(answer_id), 0) FROM ledger.movement_answer)
    + row_number() OVER (ORDER BY asked.first_line) AS answer_id,
       $import_id AS import_id, asked.company AS company_code, asked.progressive, asked.first_line AS line_number,
       'same' AS answer, asked.equality_hash, CAST($now AS TIMESTAMP) AS answered_at
FROM asked_movement AS asked
ANTI JOIN movement_answered AS answered USING (company, progressive)
WHERE asked.state = 'repeated'

-- name: count_unnumbered_movements
-- Grain: one row: how many movements of the file their key does not tell from others. Input: movement.
SELECT count(*) FROM movement WHERE is_unnumbered

-- name: count_undecided_movements
-- Grain: one row: how many movements without a number may be posted, or were answered. Inputs: movement_state,
-- movement_answered.
SELECT (SELECT count(*) FROM movement_state WHERE is_unnumbered AND NOT is_kept_out)
       + (SELECT count(*) FROM movement_answered)

-- name: no_asked_movement
-- Grain: one movement about which somebody may be asked: none, where no movement is without a number.
CREATE OR REPLACE TEMP TABLE asked_movement (
    movement_number BIGINT, first_line BIGINT, movement_key VARCHAR, company VARCHAR, progressive VARCHAR,
    equality_hash VARCHAR, state VARCHAR, brought_count BIGINT, brought_by VARCHAR)

-- name: insert_movement_answer
-- Grain: one answer of a person about a movement of a file. Inputs: the parameters.
INSERT INTO ledger.movement_answer BY NAME
SELECT $answer_id AS answer_id, $import_id AS import_id, $company_code AS company_code, $progressive AS progressive,
       $line_number AS line_number, $answer AS answer, $correction_id AS correction_id, $now AS answered_at

-- name: set_answer_withdrawn
-- Grain: one answer that counts no longer, or (with null) again. Inputs: $answer_id, $withdrawn_at.
UPDATE ledger.movement_answer SET withdrawn_at = $withdrawn_at WHERE answer_id = $answer_id
