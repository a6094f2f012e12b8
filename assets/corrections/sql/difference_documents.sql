-- Grain: one document of which a correction undid or restored a registration, with the entry by which it was registered before
-- and is after (null where it was, or is, not registered; status says what it is now) and the deliveries in which it came. Inputs: ledger.correction_effect,
-- ledger.registration, ledger.document, ledger.delivered_file, ledger.delivery; $correction_id. Order: document_id.
WITH turned AS (
    SELECT registration.document_id,
           max(registration.entry_id) FILTER (effect.effect_kind = 'registration_undone') AS entry_before,
           max(registration.entry_id) FILTER (effect.effect_kind = 'registration_restored') AS entry_after
    FROM ledger.correction_effect AS effect
    JOIN ledger.registration AS registration ON registration.registration_id = effect.object_id
    WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('registration_undone', 'registration_restored')
    GROUP BY registration.document_id
)
SELECT turned.document_id, document.document_number, document.status, turned.entry_before, turned.entry_after,
       (SELECT list(delivery.delivery_key ORDER BY delivery.delivery_id)
        FROM ledger.delivered_file AS file JOIN ledger.delivery AS delivery USING (delivery_id)
        WHERE file.import_id = document.import_id) AS delivery_keys
FROM turned
JOIN ledger.document AS document USING (document_id)
ORDER BY turned.document_id
