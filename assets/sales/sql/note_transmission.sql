-- Grain: one file under which an invoice of this file was sent to the exchange system, that was not noted yet. Inputs: sale,
-- sale_state, ledger.sales_invoice, ledger.sales_transmission; $import_id, $now. What is kept out is noted once it is kept.
INSERT INTO ledger.sales_transmission BY NAME
SELECT invoice.invoice_id, sent_file_key(sale.sdi_file_name) AS file_key, min(sale.sdi_file_name) AS sdi_file_name, $import_id AS import_id,
       $now AS noted_at
FROM sale
JOIN sale_state AS state USING (position)
JOIN ledger.sales_invoice AS invoice ON invoice.reference = sale.reference
WHERE state.status <> 'kept_out' AND sent_file_key(sale.sdi_file_name) IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM ledger.sales_transmission AS known
                  WHERE known.invoice_id = invoice.invoice_id AND known.file_key = sent_file_key(sale.sdi_file_name))
GROUP BY invoice.invoice_id, sent_file_key(sale.sdi_file_name)
