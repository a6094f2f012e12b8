-- Grain: one other date of a document for which the ledger has none yet. Inputs: doc, other_date,
-- ledger.document_other_date. Invariant: the dates of a document are written once, all together.
INSERT INTO ledger.document_other_date BY NAME
SELECT doc.document_id, said.ordinal, said.field, said.date AS other_date
FROM other_date AS said
JOIN doc USING (file_number, position)
ANTI JOIN ledger.document_other_date AS known ON known.document_id = doc.document_id
