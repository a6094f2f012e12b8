-- Grain: one condition of a document for which the ledger has none yet. Inputs: doc, payment_condition,
-- ledger.document_condition. Invariant: the conditions of a document are written once, all together.
INSERT INTO ledger.document_condition BY NAME
SELECT doc.document_id, said.ordinal, said.discount_date, said.discount_days, said.discount_pct, said.discount_amount,
       said.discounted_amount, said.description
FROM payment_condition AS said
JOIN doc USING (file_number, position)
ANTI JOIN ledger.document_condition AS known ON known.document_id = doc.document_id
