-- Grain: one entry that is to count again although its import is deleted, with the correction that deleted that. Inputs:
-- revived_entry, ledger.brought_entry, ledger.file_import, ledger.correction_effect. Order: entry.
SELECT brought.entry_id, import.import_id, import.source_file,
       (SELECT max(effect.correction_id) FROM ledger.correction_effect AS effect
        WHERE effect.effect_kind = 'import_deleted' AND effect.object_id = import.import_id) AS correction_id
FROM ledger.brought_entry AS brought
SEMI JOIN revived_entry USING (entry_id)
JOIN ledger.file_import AS import USING (import_id)
WHERE brought.is_import_deleted
ORDER BY brought.entry_id
