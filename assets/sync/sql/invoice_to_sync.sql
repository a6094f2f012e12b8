-- Grain: one booked sales invoice with its row of the outbox, if any, by document date and number. Without $booked_since
-- those that are due: not booked in a program yet, and not older than $start_date unless they may have been sent; else
-- those that $program booked since that moment. Inputs: ledger.sales_invoice, ledger.sync_outbox, ledger.file_import; $keys
-- (partition keys; null: all), $company_code, $only (references or document numbers; null: all).
SELECT invoice.invoice_id, invoice.reference, invoice.is_credit_note, invoice.document_number, invoice.document_date,
       coalesce(invoice.due_date, invoice.document_date) AS due_date, invoice.currency_code, invoice.customer_code,
       invoice.customer_name, invoice.customer_country_code, invoice.customer_vat_number, invoice.customer_tax_code,
       invoice.customer_address, invoice.customer_postal_code, invoice.customer_city, invoice.net_amount, invoice.vat_amount,
       invoice.total_amount, outbox.state, outbox.program, outbox.address, outbox.pending_at, outbox.customer_id, outbox.registration_number,
       outbox.program_id
FROM ledger.sales_invoice AS invoice
JOIN ledger.file_import AS file USING (import_id)
LEFT JOIN ledger.sync_outbox AS outbox USING (invoice_id)
WHERE invoice.status = 'booked' AND invoice.company_code = $company_code
  AND ($keys IS NULL OR file.partition_key IN (SELECT unnest(CAST($keys AS VARCHAR[]))))
  AND ($only IS NULL OR invoice.reference IN (SELECT unnest(CAST($only AS VARCHAR[])))
       OR invoice.document_number IN (SELECT unnest(CAST($only AS VARCHAR[]))))
  AND CASE WHEN CAST($booked_since AS TIMESTAMP) IS NULL
           THEN coalesce(outbox.state, 'none') <> 'booked'
                AND (outbox.state IN ('pending', 'unknown') OR $start_date IS NULL OR invoice.document_date >= CAST($start_date AS DATE))
           ELSE outbox.state = 'booked' AND outbox.program = $program AND outbox.booked_at >= CAST($booked_since AS TIMESTAMP) END
ORDER BY invoice.document_date, invoice.document_number, invoice.invoice_id
