-- Grain: one entry by hand that stands in the stead of a deleted payment. Inputs: the parameters.
INSERT INTO ledger.payment_in_stead BY NAME
SELECT $entry_id AS entry_id, $replaces_entry_id AS replaces_entry_id, $replaces_line_number AS replaces_line_number,
       $company_amount AS company_amount
