-- Grain: one purge by its moment. Inputs: ledger.purge; $purged_at.
SELECT purged_at FROM ledger.purge WHERE purged_at = $purged_at
