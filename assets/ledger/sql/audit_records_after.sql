-- Grain: one record of the audit log after a number. Input: ledger.audit_record; $record_number. Order: record_number.
SELECT * FROM ledger.audit_record WHERE record_number > $record_number ORDER BY record_number
