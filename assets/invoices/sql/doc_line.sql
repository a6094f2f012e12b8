-- Grain: one line of a document that is no sum of others, or a line number 0 for a VAT group without lines. Inputs: doc,
-- doc_party, doc_group, invoice_line.
CREATE OR REPLACE TEMP TABLE doc_line AS
SELECT doc.document_id, doc.document_type, doc.type_code, party.company_code, party.counterparty_code, line.line_number,
       line.vat_rate, line.vat_nature, line.amount, lower(line.description) AS line_text
FROM doc
JOIN doc_party AS party USING (document_id)
JOIN invoice_line AS line USING (file_number, position)
WHERE line.is_subtotal IS NOT TRUE
UNION ALL
SELECT part.document_id, doc.document_type, doc.type_code, party.company_code, party.counterparty_code, 0, part.vat_rate,
       part.vat_nature, CAST(part.taxable AS DECIMAL(28,8)), NULL
FROM doc_group AS part
JOIN doc USING (document_id)
JOIN doc_party AS party USING (document_id)
WHERE NOT part.is_fund_row AND NOT EXISTS (
    SELECT 1 FROM invoice_line AS line
    WHERE line.is_subtotal IS NOT TRUE AND line.file_number = doc.file_number AND line.position = doc.position
      AND line.vat_rate IS NOT DISTINCT FROM part.vat_rate AND line.vat_nature IS NOT DISTINCT FROM part.vat_nature)
