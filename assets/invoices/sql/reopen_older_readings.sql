-- Grain: one registered document of the files at hand that older rules read: to be judged as if it came now. For a transaction that
-- is rolled back. Inputs: delivered, ledger.registration; $rules_version.
UPDATE ledger.document SET status = 'to_register'
WHERE import_id IN (SELECT import_id FROM delivered WHERE file_number IS NOT NULL)
  AND document_id IN (SELECT document_id FROM ledger.registration WHERE undone_at IS NULL AND rules_version < $rules_version)
