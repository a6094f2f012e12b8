-- Grain: one effect per settlement that was undone. Input: undone_settlement; $correction_id.
INSERT INTO ledger.correction_effect
SELECT $correction_id, 'settlement_undone', settlement_id, reversal_entry_id FROM undone_settlement
