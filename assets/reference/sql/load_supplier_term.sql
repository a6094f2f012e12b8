-- Grain: one row of supplier_terms.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.supplier_term
SELECT $version, counterparty_code, CAST(payment_days AS INTEGER), is_end_of_month = 'true',
       uses_memory = 'true'
FROM incoming
