-- Grain: one thing that a correction did. Inputs: the parameters.
INSERT INTO ledger.correction_effect VALUES ($correction_id, $effect_kind, $object_id, $other_id)
