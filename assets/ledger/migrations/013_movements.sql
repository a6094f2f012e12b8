-- Every movement stands once: one place says what tells movements apart and whether one counts, and what people made in the
-- stead of a payment is known as such. Candidates are worked out when somebody looks, and kept nowhere.

-- Grain: one entry that a trace brought, whether it counts, and what tells its movement apart from others. movement_key is the key
-- of row D12; null for a movement without numerator and entry, of which `likeness` is what those that are equal share. Whatever
-- its key, a movement is told apart by the content of its file and its first line.
CREATE VIEW ledger.brought_entry AS
SELECT entry.entry_id, entry.import_id, entry.source_line, import.content_sha256, reversed.entry_id IS NULL AS is_in_force,
       import.status = 'deleted' AS is_import_deleted,
       CASE WHEN unnumbered.entry_id IS NULL THEN entry.movement_key END AS movement_key, unnumbered.equality_hash AS likeness
FROM ledger.journal_entry AS entry
JOIN ledger.file_import AS import ON import.import_id = entry.import_id
LEFT JOIN ledger.unnumbered_movement AS unnumbered ON unnumbered.entry_id = entry.entry_id
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = entry.entry_id
WHERE entry.entry_kind = 'trace';

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
SELECT entry.movement_key, min(entry.entry_id), min_by(entry.import_id, entry.entry_id)
FROM ledger.journal_entry AS entry
JOIN ledger.brought_entry AS brought ON brought.entry_id = entry.entry_id
ANTI JOIN ledger.imported_movement AS imported ON imported.movement_key = entry.movement_key
WHERE brought.is_in_force AND entry.movement_key IS NOT NULL
GROUP BY entry.movement_key;
