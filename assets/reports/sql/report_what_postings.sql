-- Grain: one journal entry that a text could mean. Inputs: ledger.journal_entry, ledger.posting. Parameters:
-- entry_id, line_number (null = the whole entry). Order: entry_id.
SELECT entry_id, company_code, posting_date
FROM ledger.journal_entry
WHERE entry_id = $entry_id
  AND ($line_number IS NULL
       OR EXISTS (SELECT 1 FROM ledger.posting
                  WHERE posting.entry_id = $entry_id AND posting.line_number = $line_number))
ORDER BY entry_id
