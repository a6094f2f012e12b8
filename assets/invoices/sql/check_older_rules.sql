-- Grain: one registered document that older rules read, and of which nobody knows yet whether the present ones read the same. What was
-- purged cannot be read again, and is no row. Inputs: ledger.registration, ledger.document, ledger.delivered_file, ledger.delivery,
-- ledger.purge, ledger.setting (in force); $rules_version, $default_zone. Order: document.
WITH zone AS (
    SELECT coalesce(max(setting_value), $default_zone) AS time_zone
    FROM ledger.setting
    WHERE setting_name = 'time_zone'
      AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'settings.csv')
), kept AS (
    SELECT part.import_id
    FROM ledger.delivered_file AS part
    JOIN ledger.delivery AS delivery USING (delivery_id)
    CROSS JOIN zone
    WHERE delivery.status <> 'done'
       OR coalesce(day_in(zone.time_zone, delivery.received_at) >= (SELECT max(received_before_date) FROM ledger.purge), true)
)
SELECT 'D' || document.document_id AS document, registration.company_code, registration.counterparty_code, document.document_number,
       document.document_date, document.payable_amount, document.currency_code, registration.rules_version
FROM ledger.registration AS registration
JOIN ledger.document AS document USING (document_id)
WHERE registration.undone_at IS NULL AND registration.rules_version < $rules_version AND document.import_id IN (SELECT import_id FROM kept)
ORDER BY document.document_id
