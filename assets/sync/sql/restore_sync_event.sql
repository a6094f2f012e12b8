-- Grain: one thing that happened to an invoice in the outbox, of the journal of decisions; what is there already stays once. Inputs: restored,
-- ledger.sync_event.
INSERT INTO ledger.sync_event BY NAME
SELECT restored.*
FROM restored
ANTI JOIN ledger.sync_event AS known
       ON known.invoice_id = restored.invoice_id AND known.happened_at = CAST(restored.happened_at AS TIMESTAMP) AND known.state = restored.state
