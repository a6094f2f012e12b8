-- Grain: one part of a delivery that was not noted yet. Inputs: delivered, ledger.delivery, ledger.delivered_file; $delivery_key.
INSERT INTO ledger.delivered_file
SELECT delivery.delivery_id, delivered.import_id, delivered.file_key, delivered.member_name
FROM delivered
CROSS JOIN (SELECT delivery_id FROM ledger.delivery WHERE delivery_key = $delivery_key) AS delivery
WHERE NOT EXISTS (SELECT 1 FROM ledger.delivered_file AS known
                  WHERE known.delivery_id = delivery.delivery_id AND known.import_id = delivered.import_id)
