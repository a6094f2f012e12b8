-- Grain: one open finding about a document that was closed before this attempt of its file and so was not judged again:
-- what is registered keeps its warnings, as part of the new attempt. Inputs: delivered, doc. Ordinals stay unique:
-- an attempt lists fewer than a million findings of one file.
UPDATE ledger.finding AS finding
SET attempt = delivered.attempt, ordinal = finding.ordinal + 1000000
FROM delivered
WHERE delivered.import_id = finding.import_id AND finding.resolution IS NULL AND finding.attempt < delivered.attempt
  AND finding.movement_reference IS NOT NULL
  AND finding.movement_reference NOT IN (SELECT CAST(document_id AS VARCHAR) FROM doc)
