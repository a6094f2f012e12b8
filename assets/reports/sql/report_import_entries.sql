-- Grain: one journal entry that an import made, reversals included. Inputs: ledger.journal_entry,
-- ledger.posting. Parameters: import_id, limit (null = none). Order: entry_id.
WITH chosen AS (
    SELECT entry_id, entry_kind, company_code, posting_date, accounting_reason_code, progressive, source_line,
           movement_key, attempt, reverses_entry_id
    FROM ledger.journal_entry
    WHERE import_id = $import_id
    ORDER BY entry_id
    LIMIT $limit
)
SELECT chosen.entry_id, chosen.entry_kind, chosen.company_code, chosen.posting_date,
       chosen.accounting_reason_code, chosen.progressive, chosen.source_line, chosen.movement_key,
       chosen.attempt, chosen.reverses_entry_id,
       count(*) AS posting_count,
       min(posting.company_currency_code) AS company_currency_code,
       sum(posting.debit_amount) AS debit_total,
       count(posting.unlinked_reason) AS unlinked_posting_count
FROM chosen
JOIN ledger.posting ON posting.entry_id = chosen.entry_id
GROUP BY ALL
ORDER BY chosen.entry_id
