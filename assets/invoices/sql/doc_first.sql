-- Grain: one registration key with the document that has it first: the registered one, else the first of this
-- delivery. Inputs: doc, doc_party, ledger.registration, ledger.document, ledger.file_import.
CREATE OR REPLACE TEMP TABLE doc_first AS
SELECT party.registration_key, coalesce(max(registered.document_id), min_by(doc.document_id, (doc.file_number, doc.position))) AS document_id,
       coalesce(max(registered.content_sha256), min_by(doc.content_sha256, (doc.file_number, doc.position))) AS content_sha256,
       coalesce(max(file.source_file), min_by(doc.source_file, (doc.file_number, doc.position))) AS source_file,
       coalesce(max(registered.document_date), min_by(doc.document_date, (doc.file_number, doc.position))) AS document_date
FROM doc
JOIN doc_party AS party USING (document_id)
LEFT JOIN ledger.registration AS registration ON registration.registration_key = party.registration_key
LEFT JOIN ledger.document AS registered ON registered.document_id = registration.document_id
LEFT JOIN ledger.file_import AS file ON file.import_id = registered.import_id
WHERE party.company_code IS NOT NULL AND doc.document_number IS NOT NULL
  AND coalesce(doc.supplier_vat_number, doc.supplier_tax_code) IS NOT NULL
GROUP BY party.registration_key
