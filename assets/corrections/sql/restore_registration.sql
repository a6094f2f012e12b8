-- Grain: one registration that was undone and counts again. Inputs: $registration_id, $registration_key. Invariant: the key is
-- unique; the caller has made sure that no other document has it (registration_to_restore).
UPDATE ledger.registration SET undone_at = NULL, registration_key = $registration_key WHERE registration_id = $registration_id
