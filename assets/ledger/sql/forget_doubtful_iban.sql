-- Grain: one IBAN that an earlier attempt doubted, of a document that is judged anew. Inputs: doc, ledger.doubtful_iban.
DELETE FROM ledger.doubtful_iban WHERE document_id IN (SELECT document_id FROM doc)
