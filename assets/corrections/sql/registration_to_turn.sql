-- Grain: one document of which a correction undid a registration, restored one, or both. Inputs: ledger.correction_effect,
-- ledger.registration; $correction_id. Order: document_id.
SELECT registration.document_id,
       max(effect.object_id) FILTER (effect.effect_kind = 'registration_undone') AS undone_registration_id,
       max(effect.object_id) FILTER (effect.effect_kind = 'registration_restored') AS restored_registration_id
FROM ledger.correction_effect AS effect
JOIN ledger.registration AS registration ON registration.registration_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('registration_undone', 'registration_restored')
GROUP BY registration.document_id
ORDER BY registration.document_id
