-- Grain: the sales invoice of a reference, with the entry that booked it (null: a draft). Input: ledger.sales_invoice. Parameter: reference.
SELECT company_code, entry_id FROM ledger.sales_invoice WHERE reference = $reference
