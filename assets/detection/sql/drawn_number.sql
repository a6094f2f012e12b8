-- Grain: one number that was drawn on one of these days. Inputs: ledger.drawn_key; $days.
SELECT drawn_date, day_number
FROM ledger.drawn_key
WHERE drawn_date IN (SELECT unnest(CAST($days AS DATE[])))
