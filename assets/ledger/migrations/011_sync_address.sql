-- Where the program was that got an invoice, with the options that say which books of it; blank for the ledger itself, null
-- for what was reserved before this was kept.
ALTER TABLE ledger.sync_outbox ADD COLUMN IF NOT EXISTS address VARCHAR;
