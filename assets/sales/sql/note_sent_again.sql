-- Grain: one invoice of an earlier file that has the content of this one, under the name of this one. Inputs:
-- ledger.sales_invoice, ledger.sales_transmission; $repeats_import_id, $import_id, $sdi_file_name, $now.
INSERT INTO ledger.sales_transmission BY NAME
SELECT invoice_id, sent_file_key($sdi_file_name) AS file_key, $sdi_file_name AS sdi_file_name, $import_id AS import_id, $now AS noted_at
FROM (SELECT invoice_id FROM ledger.sales_invoice WHERE import_id = $repeats_import_id
      UNION
      SELECT invoice_id FROM ledger.sales_transmission WHERE import_id = $repeats_import_id) AS sent
WHERE sent_file_key($sdi_file_name) IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM ledger.sales_transmission AS known
                  WHERE known.invoice_id = sent.invoice_id AND known.file_key = sent_file_key($sdi_file_name))
