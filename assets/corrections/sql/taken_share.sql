-- Grain: one entry that took, since an entry was reversed that is to count again, a share of the same withholding or deferred VAT.
-- Inputs: reversal (the reversals that are reversed now), ledger.journal_entry, ledger.posting_rule_use, ledger.open_item,
-- ledger.reversed_entry. Instalments of one invoice share its VAT. Order: entry.
WITH revived AS (
    SELECT entry.reverses_entry_id AS entry_id, reversal.entry_id AS reversed_by
    FROM reversal
    JOIN ledger.journal_entry AS entry ON entry.entry_id = reversal.entry_id
    WHERE entry.entry_kind = 'reversal'
), share AS (
    SELECT made.entry_id, made.posting_rule, coalesce(item.opened_by_entry_id, -item.item_id) AS group_id
    FROM ledger.posting_rule_use AS made
    JOIN ledger.open_item AS item USING (item_id)
    WHERE made.is_generated AND made.posting_rule IN ('withholding', 'deferred_vat')
)
SELECT DISTINCT 'entry ' || other.entry_id AS name
FROM revived
JOIN share AS mine ON mine.entry_id = revived.entry_id
JOIN share AS other ON other.posting_rule = mine.posting_rule AND other.group_id = mine.group_id AND other.entry_id > revived.reversed_by
ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = other.entry_id
ORDER BY name
