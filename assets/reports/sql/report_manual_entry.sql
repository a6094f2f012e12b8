-- Grain: who asked for a journal entry, why and when; no row for entries that a file brought. Input:
-- ledger.manual_entry. Parameter: entry_id.
SELECT requested_by, reason AS requested_reason, made_at AS requested_at
FROM ledger.manual_entry
WHERE entry_id = $entry_id
