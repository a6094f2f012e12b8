-- Grain: one registration of a document that present rules read as it is booked. Inputs: $registration_ids, $rules_version.
UPDATE ledger.registration SET rules_version = $rules_version WHERE registration_id IN (SELECT unnest($registration_ids))
