-- Grain: one line of a draft that its newer content no longer has. Inputs: sale_entry, sale_line.
DELETE FROM ledger.sales_line AS kept
WHERE EXISTS (SELECT 1 FROM sale_entry AS entry
              WHERE entry.known_invoice_id = kept.invoice_id
                AND kept.line_number > (SELECT max(line.ordinal) FROM sale_line AS line WHERE line.position = entry.position))
