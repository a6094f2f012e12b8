-- Grain: one payment that stands as an open item. Inputs: the parameters.
INSERT INTO ledger.payment_item VALUES ($item_id, $entry_id, $line_number, $company_amount)
