-- Grain: one document of this delivery, with the document that has its registration key first: the registered one, else
-- one that was handled elsewhere (it is in the books), else one with the same content that was refused (the supplier
-- may send another one with the same number), else the first of this delivery. Inputs: doc, doc_party,
-- ledger.registration, ledger.document, ledger.file_import.
CREATE OR REPLACE TEMP TABLE doc_first AS
WITH keyed AS (
    SELECT doc.document_id, party.registration_key, doc.content_sha256, doc.source_file, doc.document_date, doc.file_number, doc.position
    FROM doc
    JOIN doc_party AS party USING (document_id)
    WHERE party.company_code IS NOT NULL AND doc.document_number IS NOT NULL
      AND coalesce(doc.supplier_vat_number, doc.supplier_tax_code) IS NOT NULL
), known AS (
    SELECT registration_key, min_by(document_id, (rank, document_id)) AS document_id
    FROM (
        SELECT registration_key, document_id, 1 AS rank FROM ledger.registration SEMI JOIN keyed USING (registration_key)
        UNION ALL
        SELECT registration_key, document_id, 2 FROM ledger.document SEMI JOIN keyed USING (registration_key) WHERE status = 'handled'
    )
    GROUP BY registration_key
), refused AS (
    SELECT keyed.document_id, min(document.document_id) AS refused_document_id
    FROM keyed
    JOIN ledger.document AS document USING (registration_key, content_sha256)
    WHERE document.status = 'refused'
    GROUP BY keyed.document_id
), earliest AS (
    SELECT registration_key, min_by(document_id, (file_number, position)) AS document_id
    FROM keyed ANTI JOIN refused USING (document_id)
    GROUP BY registration_key
), named AS (
    SELECT keyed.document_id, coalesce(known.document_id, refused.refused_document_id, earliest.document_id) AS first_document_id
    FROM keyed
    LEFT JOIN known USING (registration_key)
    LEFT JOIN refused ON refused.document_id = keyed.document_id
    LEFT JOIN earliest ON earliest.registration_key = keyed.registration_key
)
SELECT named.document_id, named.first_document_id, coalesce(stored.content_sha256, incoming.content_sha256) AS content_sha256,
       coalesce(file.source_file, incoming.source_file) AS source_file, coalesce(stored.document_date, incoming.document_date) AS document_date
FROM named
LEFT JOIN ledger.document AS stored ON stored.document_id = named.first_document_id
LEFT JOIN ledger.file_import AS file ON file.import_id = stored.import_id
LEFT JOIN keyed AS incoming ON incoming.document_id = named.first_document_id
