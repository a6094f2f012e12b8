-- Why an item may not be paid although it is open; null where it may. hold_reason: paid_before (the document says that this part
-- was paid; the advance closes it) | iban (its IBAN is to be confirmed). Held items are left out of the export of open items (E01).
ALTER TABLE ledger.open_item ADD COLUMN IF NOT EXISTS hold_reason VARCHAR;
ALTER TABLE ledger.item_life ADD COLUMN IF NOT EXISTS hold_reason VARCHAR;
