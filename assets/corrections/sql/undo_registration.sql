-- Grain: one registration that is undone; its key is free again, and kept for the day on which it counts again. Inputs:
-- $registration_id, $now.
UPDATE ledger.registration SET undone_at = $now, undone_key = registration_key, registration_key = NULL WHERE registration_id = $registration_id
