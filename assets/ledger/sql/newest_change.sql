-- Grain: one row: the newest record of the audit log (null before the first change), the hash of the first record, and that of the
-- record with a number (null if there is none). Input: ledger.audit_record; $record_number.
SELECT newest.record_number, newest.record_hash, newest.recorded_at,
       (SELECT record_hash FROM ledger.audit_record WHERE record_number = 1) AS first_hash,
       (SELECT record_hash FROM ledger.audit_record WHERE record_number = $record_number) AS remembered_hash
FROM (SELECT 1 AS one) AS single
LEFT JOIN (SELECT * FROM ledger.audit_record WHERE record_number = (SELECT max(record_number) FROM ledger.audit_record)) AS newest ON true
