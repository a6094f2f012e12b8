-- Grain: one invoice that was numbered now, with its number as it is shown. Inputs: numbered, ledger.protocol_number.
SELECT numbered.invoice_id, numbered.company_code, numbered.journal_code,
       own.journal_code || ' ' || own.protocol_year || '/' || own.protocol_number AS registration_number
FROM numbered
JOIN ledger.protocol_number AS own USING (invoice_id)
ORDER BY numbered.ordinal
