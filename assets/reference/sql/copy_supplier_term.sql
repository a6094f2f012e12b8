-- Grain: one row of supplier_terms.csv in force. Inputs: ledger.supplier_term, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE supplier_term AS
SELECT counterparty_code, payment_days, is_end_of_month, is_memory_on
FROM ledger.supplier_term
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'supplier_terms.csv')
