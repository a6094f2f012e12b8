-- Grain: one message and one sales invoice that was sent in its file, not noted yet. Inputs: message_key, ledger.exchange_message,
-- ledger.sales_transmission, ledger.sales_invoice, ledger.exchange_match; $now. Of a file with several invoices a message may
-- name one: by its number, without regard to blanks, signs and leading zeros, and its year.
INSERT INTO ledger.exchange_match BY NAME
SELECT DISTINCT message.exchange_message_id, 'sales' AS subject_kind, invoice.invoice_id AS subject_id, $now AS matched_at
FROM message_key AS named
JOIN ledger.exchange_message AS message USING (exchange_message_id)
JOIN ledger.sales_transmission AS transmission ON transmission.file_key = named.file_key
JOIN ledger.sales_invoice AS invoice ON invoice.invoice_id = transmission.invoice_id
WHERE (message.document_number IS NULL
       OR ltrim(regexp_replace(upper(message.document_number), '[^A-Z0-9]', '', 'g'), '0')
          = ltrim(regexp_replace(upper(invoice.document_number), '[^A-Z0-9]', '', 'g'), '0'))
  AND coalesce(message.document_year, year(invoice.document_date)) = year(invoice.document_date)
  AND NOT EXISTS (SELECT 1 FROM ledger.exchange_match AS known
                  WHERE known.exchange_message_id = message.exchange_message_id AND known.subject_kind = 'sales'
                    AND known.subject_id = invoice.invoice_id)
