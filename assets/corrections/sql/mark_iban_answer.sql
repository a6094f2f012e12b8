-- Grain: one answer about an IBAN that counts no longer, or (with null) again. Inputs: $answer_id, $undone_at.
UPDATE ledger.iban_answer SET undone_at = $undone_at WHERE answer_id = $answer_id
