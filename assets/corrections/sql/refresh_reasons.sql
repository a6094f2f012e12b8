-- Grain: one document, with the codes of its findings that are open. Inputs: ledger.finding; $document_id.
UPDATE ledger.document AS document
SET reason_codes = (SELECT string_agg(DISTINCT finding_code, ' ' ORDER BY finding_code) FROM ledger.finding AS finding
                    WHERE finding.import_id = document.import_id AND finding.resolution IS NULL
                      AND finding.movement_reference = CAST(document.document_id AS VARCHAR))
WHERE document.document_id = $document_id
