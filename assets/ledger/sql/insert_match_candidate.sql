-- Grain: one candidate per unlinked posting and rank. Input: new_candidate.
INSERT INTO ledger.match_candidate
SELECT numbered.entry_id, numbered.line_number, candidate.candidate_rank, candidate.item_id, candidate.score,
       candidate.explanation
FROM new_candidate AS candidate
JOIN (
    SELECT entry.line_number AS source_line, posted.entry_id,
           row_number() OVER (PARTITION BY posted.entry_id ORDER BY entry.line_number) AS line_number
    FROM entry_line AS entry JOIN posted_movement AS posted USING (movement_number)
) AS numbered ON numbered.source_line = candidate.line_number
