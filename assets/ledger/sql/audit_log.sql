-- Grain: one record of the audit log. Input: ledger.audit_record; $limit on the newest (null = all). Order: record_number.
SELECT * FROM (SELECT * FROM ledger.audit_record ORDER BY record_number DESC LIMIT $limit) ORDER BY record_number
