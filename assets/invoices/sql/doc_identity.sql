-- Grain: one document of this delivery, or one in the ledger that may be the same or similar, with what makes it one: the
-- company, the supplier, the number, the year, invoice or credit note. Inputs: doc, doc_number, doc_candidate, doc_party, doc_owner,
-- doc_identifier, doc_sum, doc_total, supplier. supplier_key is the supplier who is recognised by today's registry (`=S001`), for a document
-- in the ledger else the one who was recognised, if he is still known, else its numbers as they stand there. Null keys are like
-- no other. amounts_key tells what is asked for; without any amount, the content.
-- stands_for: the document as which a person said that this one is the same; else null.
CREATE OR REPLACE TEMP TABLE doc_identity AS
WITH written AS (
    SELECT document_id, string_agg(scheme_code || ':' || identifier, ' ' ORDER BY scheme_code, identifier) AS supplier_identifiers
    FROM doc_identifier WHERE party = 'supplier' AND is_strong GROUP BY document_id
), known AS (
    SELECT doc.document_id, false AS is_stored, CAST(NULL AS VARCHAR) AS status, party.company_code, '=' || party.counterparty_code AS recognised_key,
           number.identity_number, number.number_key, number.digit_key, doc.document_date, doc.is_credit_note, doc.currency_code, doc.total_amount,
           total.payable * amount.economic_sign AS payable_amount, amount.vat AS vat_amount, doc.content_sha256, doc.file_number, doc.position,
           CAST(NULL AS BIGINT) AS stands_for
    FROM doc
    JOIN doc_number AS number USING (document_id)
    JOIN doc_party AS party USING (document_id)
    JOIN doc_sum AS amount USING (document_id)
    JOIN doc_total AS total USING (document_id)
    UNION ALL
    SELECT stored.document_id, true, stored.status, stored.company_code, '=' || coalesce(owner.owner_code, supplier.counterparty_code),
           stored.identity_number, stored.number_key, stored.digit_key, stored.document_date, stored.is_credit_note, stored.currency_code, stored.total_amount,
           stored.payable_amount, stored.vat_amount, stored.content_sha256, NULL, NULL, stored.stands_for
    FROM doc_candidate AS stored
    LEFT JOIN doc_owner AS owner ON owner.document_id = stored.document_id AND owner.party = 'supplier'
    LEFT JOIN supplier ON supplier.counterparty_code = stored.counterparty_code
), keyed AS (
    SELECT known.*, written.supplier_identifiers, coalesce(known.recognised_key, written.supplier_identifiers) AS supplier_key
    FROM known LEFT JOIN written USING (document_id)
)
SELECT keyed.*,
       CASE WHEN company_code IS NOT NULL AND supplier_key IS NOT NULL AND identity_number IS NOT NULL AND document_date IS NOT NULL
            THEN concat_ws('|', company_code, supplier_key, identity_number, CAST(year(document_date) AS VARCHAR), CASE WHEN is_credit_note THEN 'C' ELSE 'I' END)
            END AS identity_key,
       CASE WHEN total_amount IS NULL AND payable_amount IS NULL THEN content_sha256
            ELSE concat_ws('|', coalesce(currency_code, '?'), CAST(document_date AS VARCHAR), coalesce(CAST(total_amount AS VARCHAR), '?'),
                           coalesce(CAST(payable_amount AS VARCHAR), '?'), coalesce(CAST(vat_amount AS VARCHAR), '?')) END AS amounts_key
FROM keyed
