-- What an undo finds in its way, and turns.

-- name: in_force_elsewhere
-- Grain: one entry that is to count again and another by which its movement is in force. Inputs: revived_entry,
-- ledger.brought_entry, ledger.journal_entry, ledger.file_import. A movement with a key is the same where the key is;
-- any is where content of the file and line are. Those without a key that look alike in different files are two if they
-- ever stood side by side, since a person or the files said so; else the one that stands is taken for the other. Order:
-- entries.
WITH mine AS (
    SELECT brought.* FROM ledger.brought_entry AS brought SEMI JOIN revived_entry USING (entry_id)
), other AS (
    SELECT brought.* FROM ledger.brought_entry AS brought ANTI JOIN revived_entry USING (entry_id)
    WHERE brought.is_in_force
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
    WHERE (other.until_id IS NULL OR mine.from_id < other.until_id)
      AND (mine.until_id IS NULL OR other.from_id < mine.until_id)
), pair AS (
    SELECT mine.entry_id, other.entry_id AS other_id FROM mine JOIN other ON other.movement_key = mine.movement_key
    UNION
    SELECT mine.entry_id, other.entry_id FROM mine JOIN other ON other.content_sha256 = mine.content_sha256
        AND other.source_line = mine.source_line
    UNION
    SELECT entry_id, other_id FROM alike ANTI JOIN side_by_side USING (entry_id, other_id)
)
SELECT pair.entry_id, pair.other_id, import.import_id, import.source_file
FROM pair
JOIN ledger.journal_entry AS entry ON entry.entry_id = pair.other_id
JOIN ledger.file_import AS import ON import.import_id = entry.import_id
ORDER BY pair.entry_id, pair.other_id

-- name: in_stead_elsewhere
-- Grain: one entry that is to count again although its payment is in force otherwise: a deleted payment beside one that
-- a person made in its stead, or the other way round, or more in its stead than it had. Inputs: revived_entry,
-- ledger.payment_in_stead, ledger.reversed_entry, ledger.posting, and the correction that made the entry by hand
-- (ledger.manual_entry). Order: entries.
WITH made AS (
    SELECT made.*, revived.entry_id IS NOT NULL AS is_revived, reversed.entry_id IS NULL AS is_in_force
    FROM ledger.payment_in_stead AS made
    LEFT JOIN revived_entry AS revived ON revived.entry_id = made.entry_id
    LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.entry_id
), pair AS (
    SELECT made.replaces_entry_id AS entry_id, made.entry_id AS other_id
    FROM made SEMI JOIN revived_entry AS revived ON revived.entry_id = made.replaces_entry_id
    WHERE made.is_in_force
    UNION
    SELECT made.entry_id, made.replaces_entry_id
    FROM made ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.replaces_entry_id
    WHERE made.is_revived
    UNION
    SELECT mine.entry_id, max(made.entry_id)
    FROM made AS mine
    JOIN made ON made.replaces_entry_id = mine.replaces_entry_id
      AND made.replaces_line_number = mine.replaces_line_number
    JOIN ledger.posting AS paid ON paid.entry_id = mine.replaces_entry_id
      AND paid.line_number = mine.replaces_line_number
    WHERE mine.is_revived AND made.entry_id <> mine.entry_id AND (made.is_in_force OR made.is_revived)
    GROUP BY mine.entry_id, mine.company_amount, paid.debit_amount, paid.credit_amount
    HAVING sum(made.company_amount) + mine.company_amount > paid.debit_amount + paid.credit_amount
)
SELECT pair.entry_id, pair.other_id, manual.correction_id
FROM pair
LEFT JOIN ledger.manual_entry AS manual ON manual.entry_id = pair.other_id
ORDER BY pair.entry_id, pair.other_id

-- name: entry_of_deleted_import
-- Grain: one entry that is to count again although the import of its payment is deleted: an entry of that import, or
-- one that a person made in the stead of such; with the correction that deleted the import. Inputs: revived_entry,
-- ledger.brought_entry, ledger.payment_in_stead, ledger.file_import, ledger.correction_effect. Order: entry.
WITH revived AS (
    SELECT entry_id, entry_id AS paid_entry_id, false AS is_in_stead FROM revived_entry
    UNION ALL
    SELECT made.entry_id, made.replaces_entry_id, true
    FROM ledger.payment_in_stead AS made
    SEMI JOIN revived_entry AS again ON again.entry_id = made.entry_id
)
SELECT revived.entry_id, revived.is_in_stead, import.import_id, import.source_file,
       (SELECT max(effect.correction_id) FROM ledger.correction_effect AS effect
        WHERE effect.effect_kind = 'import_deleted' AND effect.object_id = import.import_id) AS correction_id
FROM revived
JOIN ledger.brought_entry AS brought ON brought.entry_id = revived.paid_entry_id
JOIN ledger.file_import AS import USING (import_id)
WHERE brought.is_import_deleted
ORDER BY revived.entry_id

-- name: turned_since
-- Grain: one thing that is not as a correction left it: an entry that it made, or let count again, and that is
-- reversed; one that it reversed and that is not, or by another reversal; an import that it deleted and that stands, or
-- the other way round. With the correction that turned it last. Inputs: ledger.correction_effect, ledger.journal_entry,
-- ledger.reversed_entry, ledger.file_import; $correction_id. Of very many entries the first hundred. Order: name.
WITH mine AS (
    SELECT effect.effect_kind, effect.object_id, effect.other_id, entry.reverses_entry_id
    FROM ledger.correction_effect AS effect
    LEFT JOIN ledger.journal_entry AS entry
           ON entry.entry_id = effect.object_id AND effect.effect_kind IN ('entry_made', 'entry_reversed')
    WHERE effect.correction_id = $correction_id
), entry AS (
    -- reversal_entry_id is what must reverse the entry now; null where nothing may.
    SELECT object_id AS entry_id, CAST(NULL AS BIGINT) AS reversal_entry_id
    FROM mine WHERE effect_kind = 'entry_made' AND reverses_entry_id IS NULL
    UNION ALL
    SELECT reverses_entry_id, NULL FROM mine WHERE effect_kind = 'entry_reversed' AND reverses_entry_id IS NOT NULL
    UNION ALL
    SELECT object_id, other_id FROM mine WHERE effect_kind = 'entry_reversed' AND reverses_entry_id IS NULL
), turned AS (
    SELECT entry.entry_id, entry.reversal_entry_id
    FROM entry
    LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = entry.entry_id
    WHERE reversed.reversal_entry_id IS DISTINCT FROM entry.reversal_entry_id
    ORDER BY entry.entry_id
    LIMIT 100
)
SELECT 'entry ' || turned.entry_id AS name,
       (SELECT max(effect.correction_id) FROM ledger.correction_effect AS effect
        WHERE effect.effect_kind = 'entry_reversed'
          AND effect.object_id IN (turned.entry_id, turned.reversal_entry_id)) AS correction_id
FROM turned
UNION ALL
SELECT 'I' || import.import_id,
       (SELECT max(effect.correction_id) FROM ledger.correction_effect AS effect
        WHERE effect.effect_kind IN ('import_deleted', 'import_restored') AND effect.object_id = import.import_id)
FROM mine
JOIN ledger.file_import AS import ON import.import_id = mine.object_id
WHERE mine.effect_kind IN ('import_deleted', 'import_restored')
  AND (mine.effect_kind = 'import_deleted') <> (import.status = 'deleted')
ORDER BY name

-- name: came_back
-- Grain: one item of which more came back unpaid (D16) than would still be settled. Items that came back by an entry
-- that is reversed do not count. Inputs: undone_settlement, ledger.open_item, ledger.reopened_item,
-- ledger.reversed_entry. Order: name.
SELECT item.company_code || ':' || item.open_item_key || ' as '
    || string_agg(successor.open_item_key, ', ' ORDER BY successor.item_id) AS name
FROM (SELECT item_id, sum(amount) AS amount FROM undone_settlement GROUP BY item_id) AS undone
JOIN ledger.open_item AS item USING (item_id)
JOIN ledger.reopened_item AS again ON again.reopens_item_id = item.item_id
JOIN ledger.open_item AS successor ON successor.item_id = again.item_id
ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = successor.opened_by_entry_id
WHERE successor.status <> 'withdrawn'
GROUP BY item.company_code, item.open_item_key, item.settled_amount, undone.amount
HAVING sum(successor.original_amount) > item.settled_amount - undone.amount
ORDER BY name

-- name: withheld_beyond
-- Grain: one item of which more is withheld, with what is settled again now, than is due on it. Inputs:
-- settlement_again, ledger.settlement (those that stand), ledger.open_item, ledger.item_withholding (in force),
-- ledger.reference_file. Order: name.
SELECT item.company_code || ':' || item.open_item_key AS name
FROM ledger.open_item AS item
JOIN ledger.item_withholding AS rule ON rule.company_code = item.company_code
  AND rule.open_item_key = item.open_item_key
JOIN ledger.settlement AS booked
  ON booked.item_id = item.item_id AND booked.matching_rule = 'withholding' AND booked.undone_at IS NULL
WHERE rule.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'item_withholding.csv')
  AND item.item_id IN (SELECT item_id FROM settlement_again WHERE matching_rule = 'withholding')
GROUP BY item.company_code, item.open_item_key, rule.withholding_amount
HAVING sum(booked.amount) > rule.withholding_amount
ORDER BY name

-- name: link_of_reversed
-- Grain: one open item that an entry settles, or was made of, although this correction reversed the entry: somebody
-- linked its payment since. correction_id is the newest correction that did; null where a trace did. Inputs:
-- ledger.correction_effect, ledger.reversed_entry, ledger.settlement, ledger.open_item, ledger.payment_item;
-- $correction_id. Order: name.
WITH entry AS (
    SELECT DISTINCT effect.object_id AS entry_id
    FROM ledger.correction_effect AS effect
    SEMI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = effect.object_id
    WHERE effect.correction_id = $correction_id AND effect.effect_kind = 'entry_reversed'
), link AS (
    SELECT settlement.entry_id, settlement.line_number, settlement.item_id, 'settlement_made' AS effect_kind,
           settlement.settlement_id AS object_id
    FROM entry
    JOIN ledger.settlement AS settlement ON settlement.entry_id = entry.entry_id AND settlement.undone_at IS NULL
    UNION ALL
    SELECT made.entry_id, made.line_number, made.item_id, 'item_opened', made.item_id
    FROM entry
    JOIN ledger.payment_item AS made ON made.entry_id = entry.entry_id
)
SELECT item.company_code || ':' || item.open_item_key || ' by ' || link.entry_id || '/' || link.line_number AS name,
       (SELECT max(effect.correction_id) FROM ledger.correction_effect AS effect
        WHERE effect.effect_kind = link.effect_kind AND effect.object_id = link.object_id) AS correction_id
FROM link
JOIN ledger.open_item AS item USING (item_id)
WHERE item.status <> 'withdrawn'
ORDER BY name
