-- Grain: one effect per settlement that was made again. Input: settlement_again; $correction_id.
INSERT INTO ledger.correction_effect
SELECT $correction_id, 'settlement_made', new_settlement_id, settlement_id FROM settlement_again
