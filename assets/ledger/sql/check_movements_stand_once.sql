-- Grain: one movement that is in force more than once, or not as its import says: by two entries with its key or of the same line of
-- the same file; by an entry of a deleted import, or one in the stead of such; by a payment and one that people made in its stead, or
-- more of these than it had; or without its key being known, so that it could come again. Inputs: ledger.brought_entry, ledger.journal_entry,
-- ledger.file_import, ledger.posting, ledger.payment_in_stead, ledger.reversed_entry, ledger.imported_movement. Order: problem, entries.
WITH standing AS MATERIALIZED (
    SELECT * FROM ledger.brought_entry WHERE is_in_force
), twice AS (
    SELECT movement_key FROM standing WHERE movement_key IS NOT NULL GROUP BY movement_key HAVING count(*) > 1
), content AS (
    SELECT import_id, min(import_id) OVER (PARTITION BY content_sha256) AS content_id FROM ledger.file_import WHERE source_kind = 'trace'
), line AS (
    SELECT content.content_id, standing.source_line, standing.entry_id
    FROM standing JOIN content USING (import_id)
    WHERE standing.movement_key IS NULL
), line_twice AS (
    SELECT line.*
    FROM line SEMI JOIN (SELECT content_id, source_line FROM line GROUP BY ALL HAVING count(*) > 1) USING (content_id, source_line)
), made AS (
    SELECT made.* FROM ledger.payment_in_stead AS made
    ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.entry_id
), wrong AS (
    SELECT 'one movement' AS problem, min(entry_id) AS entry_id, string_agg(entry_id, ', ' ORDER BY entry_id) AS entries
    FROM standing SEMI JOIN twice USING (movement_key)
    GROUP BY movement_key
    UNION ALL
    SELECT 'one line of a file', min(entry_id), string_agg(entry_id, ', ' ORDER BY entry_id)
    FROM line_twice
    GROUP BY content_id, source_line
    UNION ALL
    SELECT 'counts although its import is deleted', entry_id, CAST(entry_id AS VARCHAR)
    FROM standing WHERE is_import_deleted
    UNION ALL
    SELECT 'in the stead of one whose import is deleted', made.entry_id, CAST(made.entry_id AS VARCHAR)
    FROM made
    JOIN ledger.brought_entry AS brought ON brought.entry_id = made.replaces_entry_id
    WHERE brought.is_import_deleted
    UNION ALL
    SELECT 'a payment and one in its stead', made.replaces_entry_id, made.replaces_entry_id || ', ' || string_agg(made.entry_id, ', ' ORDER BY made.entry_id)
    FROM made
    JOIN ledger.posting AS paid ON paid.entry_id = made.replaces_entry_id AND paid.line_number = made.replaces_line_number
    LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.replaces_entry_id
    GROUP BY made.replaces_entry_id, made.replaces_line_number, reversed.entry_id, paid.debit_amount, paid.credit_amount
    HAVING reversed.entry_id IS NULL OR sum(made.company_amount) > paid.debit_amount + paid.credit_amount
    UNION ALL
    SELECT 'its key is not known', standing.entry_id, CAST(standing.entry_id AS VARCHAR)
    FROM standing
    ANTI JOIN ledger.imported_movement AS imported ON imported.entry_id = standing.entry_id
    WHERE standing.movement_key IS NOT NULL
)
SELECT entry.company_code, entry.posting_date, wrong.problem, wrong.entries
FROM wrong
JOIN ledger.journal_entry AS entry ON entry.entry_id = wrong.entry_id
ORDER BY wrong.problem, wrong.entry_id
