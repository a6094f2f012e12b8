-- By which rules a document was read (assets/invoices/rules.py counts them up). What was read before had no number: it is 1.

-- rules_version of an import: the rules that read its documents at the last attempt; null where no document was read from the file,
-- as for traces, sales invoices and messages.
ALTER TABLE ledger.file_import ADD COLUMN rules_version INTEGER;
UPDATE ledger.file_import SET rules_version = 1 WHERE import_id IN (SELECT import_id FROM ledger.document);

-- rules_version of a registration: the newest rules by which its document is known to say what is booked. It is the one column of a
-- registration that follows when the document is read again and says the same.
ALTER TABLE ledger.registration ADD COLUMN rules_version INTEGER;
UPDATE ledger.registration SET rules_version = 1;
