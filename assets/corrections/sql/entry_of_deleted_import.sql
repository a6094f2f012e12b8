-- Grain: one entry that is to count again although the import of its payment is deleted: an entry of that import, or one that a
-- person made in the stead of such; with the correction that deleted the import. Inputs: revived_entry, ledger.brought_entry,
-- ledger.payment_in_stead, ledger.file_import, ledger.correction_effect. Order: entry.
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
