-- Grain: one document, with what becomes of it: repeated (it is the same as another one, doc_first),
-- registered, or to_register. registered_by says why it may be registered: a person's
-- choice, or automatic registration of its company, switched on before it arrived. Inputs: doc, doc_party, doc_first,
-- doc_finding, doc_decision, ledger.automatic_registration.
CREATE OR REPLACE TEMP TABLE doc_state AS
WITH switched AS (
    SELECT company_code, is_on, switched_at FROM ledger.automatic_registration
    QUALIFY row_number() OVER (PARTITION BY company_code ORDER BY switched_at DESC) = 1
), judged AS (
    SELECT doc.document_id, doc.file_number, doc.position, party.company_code, first.first_document_id,
           coalesce(first.likeness = 'same', false) AS is_repeated,
           EXISTS (SELECT 1 FROM doc_finding AS finding
                   WHERE finding.document_id = doc.document_id AND finding.severity = 'ERROR') AS is_wrong,
           CASE WHEN decision.decision = 'register' THEN CASE WHEN decision.account_code IS NULL THEN 'choice' ELSE 'manual' END
                WHEN switched.is_on AND doc.received_at >= switched.switched_at THEN 'automatic' END AS registered_by,
           decision.decided_by, switched.is_on, switched.switched_at
    FROM doc
    JOIN doc_party AS party USING (document_id)
    LEFT JOIN doc_first AS first USING (document_id)
    LEFT JOIN doc_decision AS decision USING (document_id)
    LEFT JOIN switched ON switched.company_code = party.company_code
)
SELECT *, CASE WHEN is_repeated THEN 'repeated'
               WHEN NOT is_wrong AND registered_by IS NOT NULL THEN 'registered'
               ELSE 'to_register' END AS status,
       NOT is_repeated AND NOT is_wrong AND registered_by IS NULL AS is_waiting
FROM judged
