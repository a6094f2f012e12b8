-- Grain: two effects per reversed entry. Input: reversal; $correction_id.
INSERT INTO ledger.correction_effect
SELECT $correction_id, 'entry_reversed', entry_id, reversal_entry_id FROM reversal
UNION ALL
SELECT $correction_id, 'entry_made', reversal_entry_id, NULL FROM reversal
