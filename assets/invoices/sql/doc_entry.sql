-- Grain: one document that is registered now, with the ids of its entry and its registration. Inputs: doc_state, doc,
-- doc_party, doc_key, ledger.journal_entry, ledger.registration. Ids follow the order of the files without a gap.
CREATE OR REPLACE TEMP TABLE doc_entry AS
SELECT state.document_id, doc.import_id, doc.position, party.company_code, party.counterparty_code, party.counterparty_name,
       party.supplier_account_code, party.accounting_date, party.invoice_reason, party.company_currency_code,
       key.identity_key, key.registration_key, key.item_key_stem,
       doc.currency_code, doc.document_number, doc.document_date, doc.supplier_name, doc.is_credit_note, state.registered_by, state.decided_by,
       party.company_matched_by, party.supplier_matched_by,
       (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry)
       + row_number() OVER (ORDER BY doc.file_number, doc.position) AS entry_id,
       (SELECT coalesce(max(registration_id), 0) FROM ledger.registration)
       + row_number() OVER (ORDER BY doc.file_number, doc.position) AS registration_id
FROM doc_state AS state
JOIN doc USING (document_id)
JOIN doc_party AS party USING (document_id)
JOIN doc_key AS key USING (document_id)
WHERE state.status = 'registered'
