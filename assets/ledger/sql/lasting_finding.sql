-- Grain: one warning about a payment that an earlier attempt posted: it holds until the payment is linked, and again if that is
-- undone, so it becomes part of the new attempt. Ordinals stay unique: an attempt lists fewer than 20,000 findings.
SELECT rowid AS finding_row, CAST($attempt AS INTEGER) AS attempt, ordinal + 20000 AS ordinal
FROM ledger.finding
WHERE import_id = $import_id AND attempt < $attempt AND (resolution IS NULL OR resolution = 'ended')
  AND finding_code IN (SELECT unnest($codes))
