-- Grain: one open finding whose cause has ended: the invoice was accepted in a later transmission, or the message fits now. Inputs:
-- message_finding, ledger.finding; $now.
SELECT finding.rowid AS finding_row
FROM message_finding AS ended
JOIN ledger.finding AS finding ON finding.finding_code = ended.finding_code AND finding.movement_reference = ended.finding_key
WHERE ended.is_ended AND finding.resolution IS NULL
