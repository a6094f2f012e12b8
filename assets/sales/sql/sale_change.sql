-- Grain: one invoice that says something else than what was booked under its reference, with what differs, in words. Inputs: sale,
-- sale_state, sale_party, sale_total, sale_content, sale_line, ledger.sales_invoice, ledger.sales_line.
CREATE OR REPLACE TEMP TABLE sale_change AS
WITH changed AS (
    SELECT sale.*, state.content_sha256 FROM sale_state AS state JOIN sale USING (position) WHERE state.status = 'changed'
), line AS (
    SELECT coalesce(news.position, changed.position) AS position, coalesce(news.ordinal, known.line_number) AS ordinal,
           CASE WHEN news.ordinal IS NULL THEN 'is missing'
                WHEN known.line_number IS NULL THEN 'is new'
                ELSE concat_ws(', ',
                    CASE WHEN news.description <> known.description THEN 'description ' || known.description || ' became ' || news.description END,
                    CASE WHEN news.net_amount <> known.net_amount THEN 'net_amount ' || amount_text(known.net_amount) || ' became ' || amount_text(news.net_amount) END,
                    CASE WHEN news.vat_rate <> known.vat_rate THEN 'vat_rate ' || amount_text(known.vat_rate) || ' became ' || amount_text(news.vat_rate) END,
                    CASE WHEN news.vat_nature IS DISTINCT FROM known.vat_nature THEN 'vat_nature ' || coalesce(known.vat_nature, 'none') || ' became ' || coalesce(news.vat_nature, 'none') END,
                    CASE WHEN news.given_account_code <> known.account_code THEN 'account_code ' || known.account_code || ' became ' || news.given_account_code END,
                    CASE WHEN news.given_vat_code <> known.vat_code THEN 'vat_code ' || known.vat_code || ' became ' || news.given_vat_code END)
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
           CASE WHEN coalesce(party.counterparty_code, changed.customer_code, changed.customer_vat_number, changed.customer_tax_code, '') <> known.customer_code
                THEN 'customer ' || known.customer_code || ' became '
                     || coalesce(party.counterparty_code, changed.customer_code, changed.customer_vat_number, changed.customer_tax_code, 'nobody') END,
           CASE WHEN changed.document_date <> known.document_date THEN 'document_date ' || known.document_date || ' became ' || changed.document_date END,
           CASE WHEN changed.currency_code <> known.currency_code THEN 'currency_code ' || known.currency_code || ' became ' || changed.currency_code END,
           CASE WHEN total.total_amount <> known.total_amount THEN 'total_amount ' || amount_text(known.total_amount) || ' became ' || amount_text(total.total_amount) END,
           CASE WHEN total.vat_amount <> known.vat_amount THEN 'vat_amount ' || amount_text(known.vat_amount) || ' became ' || amount_text(total.vat_amount) END,
           CASE WHEN content.instalments <> known.instalments THEN 'instalments ' || known.instalments || ' became ' || content.instalments END,
           lines.difference), ''), 'an account or a VAT code is named now, or no longer'), 1000) AS changed_detail
FROM changed
JOIN ledger.sales_invoice AS known ON known.invoice_id = changed.known_invoice_id
JOIN sale_party AS party ON party.position = changed.position
JOIN sale_total AS total ON total.position = changed.position
JOIN sale_content AS content ON content.position = changed.position
LEFT JOIN lines ON lines.position = changed.position
