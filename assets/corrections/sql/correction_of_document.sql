-- Grain: one correction that undid or restored a registration of a document, with the last entry that it made: what was
-- registered after it has a higher one. Inputs: ledger.correction_effect, ledger.registration; $document_id. Order: newest first.
SELECT effect.correction_id,
       (SELECT max(made.object_id) FROM ledger.correction_effect AS made
        WHERE made.correction_id = effect.correction_id AND made.effect_kind = 'entry_made') AS last_entry_id
FROM ledger.correction_effect AS effect
JOIN ledger.registration AS registration ON registration.registration_id = effect.object_id
WHERE effect.effect_kind IN ('registration_undone', 'registration_restored') AND registration.document_id = $document_id
GROUP BY effect.correction_id
ORDER BY effect.correction_id DESC
