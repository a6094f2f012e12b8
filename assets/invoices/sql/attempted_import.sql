-- Grain: one attempt to register the documents of a file. Inputs: delivered, ledger.file_import; $now, $run_id, $reference_version.
SELECT import_id FROM delivered
