-- Grain: one registration number of our own, of the journal of decisions; an invoice that has one keeps it. Inputs: restored,
-- ledger.protocol_number.
INSERT INTO ledger.protocol_number BY NAME SELECT restored.* FROM restored ANTI JOIN ledger.protocol_number AS known USING (invoice_id)
