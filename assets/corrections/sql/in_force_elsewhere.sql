-- Grain: one entry that is to count again and another by which its movement is in force. Inputs: revived_entry,
-- ledger.brought_entry, ledger.journal_entry, ledger.file_import. A movement with a key is the same where the key is; any is where
-- content of the file and line are. Those without a key that look alike in different files are two if they ever stood side by
-- side, since a person or the files said so; else the one that stands is taken for the other. Order: entries.
WITH mine AS (
    SELECT brought.* FROM ledger.brought_entry AS brought SEMI JOIN revived_entry USING (entry_id)
), other AS (
    SELECT brought.* FROM ledger.brought_entry AS brought ANTI JOIN revived_entry USING (entry_id) WHERE brought.is_in_force
), alike AS (
    SELECT mine.entry_id, other.entry_id AS other_id
    FROM mine JOIN other ON other.likeness = mine.likeness AND other.import_id <> mine.import_id
), counted AS (
    SELECT entry_id FROM alike UNION SELECT other_id FROM alike
), turned AS (
    SELECT counted.entry_id, undone.entry_id AS undone_id, again.entry_id AS again_id
    FROM counted
    JOIN ledger.journal_entry AS undone ON undone.reverses_entry_id = counted.entry_id
    LEFT JOIN ledger.journal_entry AS again ON again.reverses_entry_id = undone.entry_id
), span AS (
    SELECT begun.entry_id, begun.from_id, min(turned.undone_id) AS until_id
    FROM (SELECT entry_id, entry_id AS from_id FROM counted
          UNION ALL SELECT entry_id, again_id FROM turned WHERE again_id IS NOT NULL) AS begun
    LEFT JOIN turned ON turned.entry_id = begun.entry_id AND turned.undone_id > begun.from_id
    GROUP BY begun.entry_id, begun.from_id
), side_by_side AS (
    SELECT DISTINCT alike.entry_id, alike.other_id
    FROM alike
    JOIN span AS mine ON mine.entry_id = alike.entry_id
    JOIN span AS other ON other.entry_id = alike.other_id
    WHERE (other.until_id IS NULL OR mine.from_id < other.until_id) AND (mine.until_id IS NULL OR other.from_id < mine.until_id)
), pair AS (
    SELECT mine.entry_id, other.entry_id AS other_id FROM mine JOIN other ON other.movement_key = mine.movement_key
    UNION
    SELECT mine.entry_id, other.entry_id FROM mine JOIN other ON other.content_sha256 = mine.content_sha256 AND other.source_line = mine.source_line
    UNION
    SELECT entry_id, other_id FROM alike ANTI JOIN side_by_side USING (entry_id, other_id)
)
SELECT pair.entry_id, pair.other_id, import.import_id, import.source_file
FROM pair
JOIN ledger.journal_entry AS entry ON entry.entry_id = pair.other_id
JOIN ledger.file_import AS import ON import.import_id = entry.import_id
ORDER BY pair.entry_id, pair.other_id
