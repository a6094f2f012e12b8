-- Grain: one IBAN that an earlier attempt found in a document that is judged anew. Inputs: doc, ledger.doubtful_iban.
DELETE FROM ledger.doubtful_iban WHERE found_in_document_id IN (SELECT document_id FROM doc)
