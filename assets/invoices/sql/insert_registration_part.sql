-- Grain: one part of a registration. Inputs: doc_entry, doc_part.
INSERT INTO ledger.registration_part
SELECT entry.registration_id, part.ordinal, part.vat_rate, part.vat_nature, part.account_code, part.vat_code, part.rule_kind, part.rule_code,
       part.taxable, part.vat + part.charged, part.deductible, CASE WHEN part.treatment = 'deferred' THEN part.deductible ELSE 0 END
FROM doc_entry AS entry
JOIN doc_part AS part USING (document_id)
