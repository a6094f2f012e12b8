-- Grain: one line of the invoices asked for, in their order. Inputs: ledger.sales_line; $invoice_ids.
SELECT invoice_id, line_number, description, net_amount, account_code, vat_code, vat_rate
FROM ledger.sales_line
WHERE invoice_id IN (SELECT unnest($invoice_ids))
ORDER BY invoice_id, line_number
