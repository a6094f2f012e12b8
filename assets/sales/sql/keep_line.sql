-- Grain: one line of an invoice that is kept now. Inputs: sale_entry, sale_line. Lines of a draft are replaced by number.
INSERT INTO ledger.sales_line
SELECT entry.invoice_id, line.ordinal, line.description, line.net_amount, line.vat_rate, line.vat_nature, line.account_code, line.vat_code,
       line.rule_code
FROM sale_line AS line
JOIN sale_entry AS entry USING (position)
ON CONFLICT (invoice_id, line_number) DO UPDATE
SET description = excluded.description, net_amount = excluded.net_amount, vat_rate = excluded.vat_rate, vat_nature = excluded.vat_nature,
    account_code = excluded.account_code, vat_code = excluded.vat_code, rule_code = excluded.rule_code
