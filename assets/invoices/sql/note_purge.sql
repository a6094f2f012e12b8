-- Grain: one purge. Inputs: $before, $now, $who.
INSERT INTO ledger.purge VALUES ($before, $now, $who)
