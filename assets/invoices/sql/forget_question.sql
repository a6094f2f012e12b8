-- Grain: one question about a document that is judged again. Inputs: doc.
DELETE FROM ledger.document_question WHERE document_id IN (SELECT document_id FROM doc)
