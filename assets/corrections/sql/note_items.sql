-- Grain: one effect per item. Inputs: target (items); $correction_id, $effect_kind.
INSERT INTO ledger.correction_effect SELECT $correction_id, $effect_kind, id, NULL FROM target
