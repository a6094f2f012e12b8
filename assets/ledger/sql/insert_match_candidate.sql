-- Grain: one candidate per unlinked posting and rank. Inputs: new_candidate,
-- entry_line, posted_movement.
INSERT INTO ledger.match_candidate
SELECT posted.entry_id, entry.entry_line_number, candidate.candidate_rank, candidate.item_id, candidate.score,
       candidate.explanation
FROM new_candidate AS candidate
JOIN entry_line AS entry ON entry.line_number = candidate.line_number
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
