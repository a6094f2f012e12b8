-- Grain: one answer that is withdrawn, or given again ($is_given). Inputs: $answer_id, $now.
UPDATE ledger.document_answer
SET undone_at = CASE WHEN NOT $is_given THEN $now END, answered_at = CASE WHEN $is_given THEN $now ELSE answered_at END
WHERE answer_id = $answer_id
