-- Grain: the newest record of the audit log; no row where nothing was changed yet. Input: ledger.audit_record.
SELECT record_number, record_hash FROM ledger.audit_record ORDER BY record_number DESC LIMIT 1
