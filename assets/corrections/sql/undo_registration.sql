-- Grain: one registration that is undone; its key is free again. Inputs: $registration_id, $now.
UPDATE ledger.registration SET undone_at = $now, registration_key = NULL WHERE registration_id = $registration_id
