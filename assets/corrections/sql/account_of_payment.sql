-- Grain: one posting, with the first account of a bank, else of transit, in its entry; null if there is none. Inputs:
-- ledger.posting, ledger.account (in force); $entry_id, $line_number.
SELECT other.account_code, posting.posting_date
FROM ledger.posting AS posting
LEFT JOIN (
    SELECT line.account_code, line.line_number, account.account_kind
    FROM ledger.posting AS line
    JOIN ledger.account AS account
      ON account.company_code = line.company_code AND account.account_code = line.account_code
     AND account.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
    WHERE line.entry_id = $entry_id AND account.account_kind IN ('bank', 'transit')
) AS other ON other.line_number <> posting.line_number
WHERE posting.entry_id = $entry_id AND posting.line_number = $line_number
ORDER BY other.account_kind, other.line_number
LIMIT 1
