-- Grain: one company and date of the target entries. Inputs: target (entries), ledger.journal_entry. Order: company, date.
SELECT DISTINCT entry.company_code, entry.posting_date
FROM ledger.journal_entry AS entry
JOIN target ON target.id = entry.entry_id
ORDER BY entry.company_code, entry.posting_date
