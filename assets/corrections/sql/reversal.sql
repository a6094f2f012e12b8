-- Grain: one entry to be reversed, with the number of its reversal. Inputs: target (entries), ledger.journal_entry.
-- Invariant: numbers follow the order of the entries without a gap.
CREATE OR REPLACE TEMP TABLE reversal AS
SELECT target.id AS entry_id,
       (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry) + row_number() OVER (ORDER BY target.id) AS reversal_entry_id
FROM target
