-- Grain: one import of a member that is left out by now and was refused before, if no other delivery brought it. Inputs:
-- left_out, ledger.delivered_file, ledger.file_import; $delivery_id.
CREATE OR REPLACE TEMP TABLE left_out_import AS
SELECT DISTINCT import.import_id
FROM left_out
JOIN ledger.delivered_file AS file
  ON file.delivery_id = $delivery_id AND file.file_key = left_out.file_key AND file.member_name = left_out.member_name
JOIN ledger.file_import AS import ON import.import_id = file.import_id AND import.status IN ('failed', 'incomplete')
WHERE NOT EXISTS (SELECT 1 FROM ledger.delivered_file AS other
                  WHERE other.import_id = file.import_id AND other.delivery_id <> file.delivery_id)
