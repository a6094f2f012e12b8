-- Grain: one document that a person decided to register, with the newest decision. Inputs: doc,
-- ledger.document_decision.
CREATE OR REPLACE TEMP TABLE doc_decision AS
SELECT decision.* FROM ledger.document_decision AS decision
SEMI JOIN doc USING (document_id)
QUALIFY row_number() OVER (PARTITION BY decision.document_id ORDER BY decision.decided_at DESC) = 1
