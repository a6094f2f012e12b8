-- Grain: one registration that was undone and counts again. Inputs: $registration_id. Invariant: the key is unique; the caller has
-- made sure that no other document stands in the books instead (registration_to_restore), and a document's key is its own.
UPDATE ledger.registration SET undone_at = NULL, registration_key = undone_key, undone_key = NULL WHERE registration_id = $registration_id
