-- Grain: one document of this attempt, brought up to date with what became of it. Inputs: doc_state, doc_party, doc_identity,
-- doc_key, doc_total, doc_sum, doc_correction, doc_finding; $now, $who.
UPDATE ledger.document AS document
SET status = news.status, company_code = news.company_code, counterparty_code = news.counterparty_code,
    registration_key = news.identity_key, identity_number = news.identity_number,
    corrected_numbers = news.corrected_numbers, number_key = news.number_key, digit_key = news.digit_key, supplier_identifiers = news.supplier_identifiers,
    vat_amount = news.vat_amount, item_key_stem = coalesce(news.item_key_stem, document.item_key_stem), payable_amount = news.payable_amount, total_convention = news.total_convention,
    reason_codes = news.reason_codes, closed_at = CASE WHEN news.status <> 'to_register' THEN $now END,
    closed_by = CASE WHEN news.status <> 'to_register' THEN coalesce(news.decided_by, $who) END,
    closed_reason = news.closed_reason
FROM (
    SELECT state.document_id, state.status, party.company_code, party.counterparty_code, identity.identity_key, identity.identity_number,
           named.corrected_numbers, identity.number_key, identity.digit_key, identity.supplier_identifiers, identity.vat_amount, key.item_key_stem,
           total.payable * amount.economic_sign AS payable_amount, total.total_convention, codes.reason_codes, state.decided_by,
           CASE state.status WHEN 'repeated' THEN 'the same as document ' || state.first_document_id
                             WHEN 'registered' THEN state.registered_by END AS closed_reason
    FROM doc_state AS state
    JOIN doc_party AS party USING (document_id)
    JOIN doc_identity AS identity USING (document_id)
    LEFT JOIN doc_key AS key USING (document_id)
    LEFT JOIN (
        SELECT document_id, list_sort(list(DISTINCT corrected_number)) AS corrected_numbers FROM doc_correction GROUP BY document_id
    ) AS named USING (document_id)
    JOIN doc_total AS total USING (document_id)
    JOIN doc_sum AS amount USING (document_id)
    LEFT JOIN (
        SELECT document_id, string_agg(DISTINCT finding_code, ' ' ORDER BY finding_code) AS reason_codes
        FROM doc_finding GROUP BY document_id
    ) AS codes USING (document_id)
) AS news
WHERE news.document_id = document.document_id
