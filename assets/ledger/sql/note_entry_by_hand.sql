-- Grain: one journal entry that a person asked for, with who, why and when. Inputs: the parameters.
INSERT INTO ledger.manual_entry VALUES ($entry_id, $who, $reason, $now)
