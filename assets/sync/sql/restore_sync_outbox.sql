-- Grain: one invoice of the outbox as the journal of decisions has it, which is how it stood last. Inputs: restored, ledger.sync_outbox.
MERGE INTO ledger.sync_outbox AS outbox
USING restored ON outbox.invoice_id = restored.invoice_id
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME
