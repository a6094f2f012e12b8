-- Grain: one posting, with the account of the first other line of its entry. Input: ledger.posting; $entry_id, $line_number.
SELECT other.account_code, posting.posting_date
FROM ledger.posting AS posting
JOIN ledger.posting AS other ON other.entry_id = posting.entry_id AND other.line_number <> posting.line_number
WHERE posting.entry_id = $entry_id AND posting.line_number = $line_number
ORDER BY other.line_number
LIMIT 1
