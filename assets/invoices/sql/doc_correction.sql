-- Grain: one invoice that a corrected invoice (UNTDID 1001: 384, 472) of this delivery names, by its number as numbers are compared and, where the
-- reference has one, its date. Inputs: doc, doc_type, document_reference, identity_number_of.
CREATE OR REPLACE TEMP TABLE doc_correction AS
SELECT doc.document_id, identity_number_of(reference.number) AS corrected_number, reference.reference_date
FROM doc
JOIN doc_type AS kind ON kind.document_id = doc.document_id AND kind.treatment = 'corrected'
JOIN document_reference AS reference USING (file_number, position)
WHERE reference.kind = 'invoice' AND identity_number_of(reference.number) IS NOT NULL
