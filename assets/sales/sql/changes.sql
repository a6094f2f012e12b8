-- A booked invoice that comes again with another content.

-- name: sale_change
-- Grain: one invoice that says something else than what was booked under its reference, with what differs, in words.
-- Inputs: sale_row, sale, sale_state, sale_party, sale_total, sale_content, sale_line, ledger.sales_invoice,
-- ledger.sales_line.
CREATE OR REPLACE TEMP TABLE sale_change AS
WITH changed AS (
    SELECT sale.*, state.content_sha256 FROM sale_state AS state JOIN sale USING (position)
    WHERE state.status = 'changed'
), line AS (
    SELECT coalesce(news.position, changed.position) AS position, coalesce(news.ordinal, known.line_number) AS ordinal,
           CASE WHEN news.ordinal IS NULL THEN 'is missing'
                WHEN known.line_number IS NULL THEN 'is new'
                ELSE concat_ws(', ',
                    CASE WHEN news.description <> known.description THEN 'description ' || known.description
                              || ' became ' || news.description END,
                    CASE WHEN news.net_amount <> known.net_amount THEN 'net_amount ' || amount_text(known.net_amount)
                              || ' became ' || amount_text(news.net_amount) END,
                    CASE WHEN news.vat_rate <> known.vat_rate THEN 'vat_rate ' || amount_text(known.vat_rate)
                              || ' became ' || amount_text(news.vat_rate) END,
                    CASE WHEN news.vat_nature IS DISTINCT FROM known.vat_nature THEN 'vat_nature '
                              || coalesce(known.vat_nature, 'none') || ' became '
                              || coalesce(news.vat_nature, 'none') END,
                    CASE WHEN news.given_account_code <> known.account_code THEN 'account_code ' || known.account_code
                              || ' became ' || news.given_account_code END,
                    CASE WHEN news.given_vat_code <> known.vat_code THEN 'vat_code ' || known.vat_code || ' became '
                              || news.given_vat_code END)
           END AS difference
    FROM changed
    JOIN ledger.sales_line AS known ON known.invoice_id = changed.known_invoice_id
    FULL JOIN (
        SELECT line.*, row.given_account_code, row.given_vat_code
        FROM changed
        JOIN sale_line AS line USING (position)
        JOIN sale_row AS row USING (position, ordinal)
    ) AS news ON news.position = changed.position AND news.ordinal = known.line_number
), lines AS (
    SELECT position, string_agg('line ' || ordinal || ': ' || difference, '; ' ORDER BY ordinal) AS difference
    FROM line WHERE difference <> '' GROUP BY position
)
SELECT changed.position, changed.known_invoice_id, changed.content_sha256,
       left(coalesce(nullif(concat_ws('; ',
           CASE WHEN coalesce(party.counterparty_code, changed.customer_code, changed.customer_vat_number,
                              changed.customer_tax_code, '') <> known.customer_code
                THEN 'customer ' || known.customer_code || ' became '
                     || coalesce(party.counterparty_code, changed.customer_code, changed.customer_vat_number,
                                 changed.customer_tax_code, 'nobody') END,
           CASE WHEN changed.document_date <> known.document_date THEN 'document_date ' || known.document_date
                     || ' became ' || changed.document_date END,
           CASE WHEN changed.currency_code <> known.currency_code THEN 'currency_code ' || known.currency_code
                     || ' became ' || changed.currency_code END,
           CASE WHEN total.total_amount <> known.total_amount THEN 'total_amount ' || amount_text(known.total_amount)
                     || ' became ' || amount_text(total.total_amount) END,
           CASE WHEN total.vat_amount <> known.vat_amount THEN 'vat_amount ' || amount_text(known.vat_amount)
                     || ' became ' || amount_text(total.vat_amount) END,
           CASE WHEN content.instalments <> known.instalments THEN 'instalments ' || known.instalments || ' became '
                     || content.instalments END,
           lines.difference), ''), 'an account or a VAT code is named now, or no longer'), 1000) AS changed_detail
FROM changed
JOIN ledger.sales_invoice AS known ON known.invoice_id = changed.known_invoice_id
JOIN sale_party AS party ON party.position = changed.position
JOIN sale_total AS total ON total.position = changed.position
JOIN sale_content AS content ON content.position = changed.position
LEFT JOIN lines ON lines.position = changed.position

-- name: insert_changed
-- Grain: one booked invoice of which a file says something else than what was booked (T05). Inputs: sale, sale_state,
-- sale_change.
INSERT INTO found_in_sales
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'document_number' AS field,
       'sales_invoice_changed' AS finding_code, change.changed_detail AS raw_value,
       said('invoice_as_booked', {'number': sale.document_number, 'reference': sale.reference}) AS expected
FROM sale_state AS state
JOIN sale USING (position)
JOIN sale_change AS change USING (position)
WHERE state.status = 'changed'

-- name: note_change
-- Grain: one booked invoice of which a file says something else (T05): the newest is noted, what was booked stays.
-- Inputs: sale_change; $import_id, $now.
UPDATE ledger.sales_invoice AS kept
SET changed_import_id = $import_id, changed_sha256 = change.content_sha256, changed_at = $now,
    changed_detail = change.changed_detail
FROM sale_change AS change
WHERE change.known_invoice_id = kept.invoice_id AND kept.changed_sha256 IS DISTINCT FROM change.content_sha256

-- name: forget_change
-- Grain: one booked invoice that a new file says again as it was booked: it differs no longer. Inputs: sale,
-- sale_state.
UPDATE ledger.sales_invoice AS kept
SET changed_import_id = NULL, changed_sha256 = NULL, changed_at = NULL, changed_detail = NULL
FROM sale_state AS state
JOIN sale USING (position)
WHERE state.status = 'repeated' AND sale.known_invoice_id = kept.invoice_id
  AND kept.content_sha256 = state.content_sha256
  AND kept.changed_sha256 IS NOT NULL

-- name: note_transmission
-- Grain: one file under which an invoice of this file was sent to the exchange system, that was not noted yet. Inputs:
-- sale, sale_state, ledger.sales_invoice, ledger.sales_transmission; $import_id, $now. What is kept out is noted once
-- it is kept.
INSERT INTO ledger.sales_transmission BY NAME
SELECT invoice.invoice_id, sent_file_key(sale.sdi_file_name) AS file_key, min(sale.sdi_file_name) AS sdi_file_name,
       $import_id AS import_id,
       $now AS noted_at
FROM sale
JOIN sale_state AS state USING (position)
JOIN ledger.sales_invoice AS invoice ON invoice.reference = sale.reference
WHERE state.status <> 'kept_out' AND sent_file_key(sale.sdi_file_name) IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM ledger.sales_transmission AS known
                  WHERE known.invoice_id = invoice.invoice_id AND known.file_key = sent_file_key(sale.sdi_file_name))
GROUP BY invoice.invoice_id, sent_file_key(sale.sdi_file_name)

-- name: note_sent_again
-- Grain: one invoice of an earlier file that has the content of this one, under the name of this one. Inputs:
-- ledger.sales_invoice, ledger.sales_transmission; $repeats_import_id, $import_id, $sdi_file_name, $now.
INSERT INTO ledger.sales_transmission BY NAME
SELECT invoice_id, sent_file_key($sdi_file_name) AS file_key, $sdi_file_name AS sdi_file_name, $import_id AS import_id,
       $now AS noted_at
FROM (SELECT invoice_id FROM ledger.sales_invoice WHERE import_id = $repeats_import_id
      UNION
      SELECT invoice_id FROM ledger.sales_transmission WHERE import_id = $repeats_import_id) AS sent
WHERE sent_file_key($sdi_file_name) IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM ledger.sales_transmission AS known
                  WHERE known.invoice_id = sent.invoice_id AND known.file_key = sent_file_key($sdi_file_name))
