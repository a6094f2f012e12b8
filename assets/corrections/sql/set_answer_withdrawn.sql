-- Grain: one answer that counts no longer, or (with null) again. Inputs: $answer_id, $withdrawn_at.
UPDATE ledger.movement_answer SET withdrawn_at = $withdrawn_at WHERE answer_id = $answer_id
