-- Grain: one open finding about a document that was closed before this attempt of its file and so was not judged again:
-- what is registered keeps its warnings, as part of the new attempt. Inputs: delivered, doc. Ordinals stay unique:
-- an attempt lists fewer than a million findings of one file.
SELECT finding.rowid AS finding_row, delivered.attempt, finding.ordinal + 1000000 AS ordinal
FROM delivered
JOIN ledger.finding AS finding ON finding.import_id = delivered.import_id
WHERE finding.resolution IS NULL AND finding.attempt < delivered.attempt
  AND finding.movement_reference IS NOT NULL
  AND finding.movement_reference NOT IN (SELECT CAST(document_id AS VARCHAR) FROM doc)
