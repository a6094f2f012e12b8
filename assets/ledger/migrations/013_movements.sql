-- Every movement stands once: one place says what tells movements apart and whether one counts, and what people made in the
-- stead of a payment is known as such. Candidates are worked out when somebody looks, and kept nowhere.

-- Grain: one entry that a trace brought, whether it counts, and what tells its movement apart from others. movement_key is the key
-- of row D12; null for a movement without numerator and entry, of which `likeness` is what those that look alike share. Whatever
-- its key, a movement is told apart by the content of its file and its first line.
CREATE VIEW ledger.brought_entry AS
SELECT entry_id, import_id, source_line, content_sha256, is_in_force, is_import_deleted,
       CASE WHEN is_without_key THEN NULL ELSE movement_key END AS movement_key,
       CASE WHEN is_without_key THEN movement_key END AS likeness
FROM (
    SELECT entry.entry_id, entry.import_id, entry.source_line, entry.movement_key, import.content_sha256,
           reversed.entry_id IS NULL AS is_in_force, import.status = 'deleted' AS is_import_deleted,
           starts_with(entry.movement_key, entry.company_code || '||')
           AND regexp_matches(substr(entry.movement_key, length(entry.company_code) + 1), '^[|][|][^|]*[|]0?[|]') AS is_without_key
    FROM ledger.journal_entry AS entry
    JOIN ledger.file_import AS import ON import.import_id = entry.import_id
    LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = entry.entry_id
    WHERE entry.entry_kind = 'trace'
);

-- Grain: one entry by which a person made a payment anew that had been deleted: it stands in the stead of that posting, with so
-- much of it in the company's currency. Never more than the posting had, and never beside it. Append only.
CREATE TABLE ledger.payment_in_stead (
    entry_id             BIGINT PRIMARY KEY,
    replaces_entry_id    BIGINT NOT NULL,
    replaces_line_number INTEGER NOT NULL,
    company_amount       DECIMAL(18,4) NOT NULL
);

-- Grain: one payment of a trace that was not linked when it came, with the document and the due date that its line named, by
-- which candidates are found. Append only.
CREATE TABLE ledger.payment_document (
    entry_id        BIGINT NOT NULL,
    line_number     INTEGER NOT NULL,
    document_number VARCHAR,
    due_date        DATE,
    PRIMARY KEY (entry_id, line_number)
);
DROP TABLE ledger.match_candidate;

-- Entries that counted again although their import was deleted had no key: it is theirs, so that they do not come a second time.
INSERT INTO ledger.imported_movement
SELECT key, min(entry_id), min_by(import_id, entry_id)
FROM (SELECT *, coalesce(movement_key, likeness) AS key FROM ledger.brought_entry WHERE is_in_force) AS brought
ANTI JOIN ledger.imported_movement AS imported ON imported.movement_key = brought.key
WHERE key IS NOT NULL
GROUP BY key;
