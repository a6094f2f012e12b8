-- Grain: one IBAN that deserves a look, of a document that is registered or to register, answered or not; or that stands only in one that repeats
-- it: then nobody may have seen it yet, and it is asked about the first. Inputs: doc_iban, doc_state, doc, iban_remedy, ledger.doubtful_iban.
INSERT INTO ledger.doubtful_iban BY NAME
WITH found AS (
    SELECT CASE state.status WHEN 'repeated' THEN state.first_document_id ELSE doubt.document_id END AS document_id,
           doubt.document_id AS found_in_document_id, doubt.iban, doubt.iban_text, doubt.is_wrong, doubt.is_holding,
           doubt.expected || CASE state.status WHEN 'repeated' THEN '; it stands in ' || doc.source_file || ', which repeats the invoice' ELSE '' END AS expected
    FROM doc_iban AS doubt
    JOIN doc_state AS state USING (document_id)
    JOIN doc USING (document_id)
    WHERE state.status IN ('registered', 'to_register', 'repeated')
)
SELECT document_id, found_in_document_id, iban, iban_text, expected, iban_remedy(document_id, is_wrong) AS remedy, is_holding
FROM found
WHERE (document_id, iban) NOT IN (SELECT document_id, iban FROM ledger.doubtful_iban)
-- What stands in the document itself counts.
QUALIFY row_number() OVER (PARTITION BY document_id, iban ORDER BY found_in_document_id <> document_id, found_in_document_id) = 1
