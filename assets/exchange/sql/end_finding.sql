-- Grain: one open finding whose cause has ended: the invoice was accepted in a later transmission, or the message fits now. Inputs:
-- message_finding, ledger.finding; $now.
UPDATE ledger.finding AS finding
SET resolution = 'mended', resolved_at = $now
FROM message_finding AS ended
WHERE ended.is_ended AND finding.resolution IS NULL AND finding.finding_code = ended.finding_code
  AND finding.movement_reference = ended.finding_key
