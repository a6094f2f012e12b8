-- Grain: one registration of a document. Inputs: doc_entry, doc_total, doc_line_check, doc_instalment, doc_part,
-- document_reference, ledger.registration, ledger.document; $now, $run_id, $reference_version, $rules_version. The evidence says
-- in words how everything was recognised. A credit note names the registration of the invoice that it refers to, if it is known; both may
-- be registered now (a year in one archive).
INSERT INTO ledger.registration (registration_id, registration_key, document_id, entry_id, company_code, counterparty_code,
    supplier_account_code, accounting_date, registered_by, evidence, reference_version, run_id, requested_by,
    credits_registration_id, registered_at, identity_key, rules_version)
WITH rule AS (
    SELECT document_id, string_agg(DISTINCT account_code || ' by ' || rule_kind || coalesce(' ' || rule_code, '') || ', VAT code ' || vat_code, '; '
                                   ORDER BY account_code || ' by ' || rule_kind || coalesce(' ' || rule_code, '') || ', VAT code ' || vat_code) AS rules
    FROM doc_part GROUP BY document_id
), invoice AS (
    SELECT known.registration_id, known.company_code, known.counterparty_code, document.document_number, document.document_date
    FROM ledger.registration AS known
    JOIN ledger.document AS document USING (document_id)
    WHERE known.undone_at IS NULL
    UNION ALL
    SELECT registration_id, company_code, counterparty_code, document_number, document_date FROM doc_entry
), named AS (
    SELECT entry.document_id, max(invoice.registration_id) AS registration_id
    FROM doc_entry AS entry
    JOIN doc USING (document_id)
    JOIN document_reference AS reference ON reference.file_number = doc.file_number AND reference.position = doc.position AND reference.kind = 'invoice'
    JOIN invoice ON invoice.company_code = entry.company_code AND invoice.counterparty_code = entry.counterparty_code
     AND invoice.registration_id <> entry.registration_id AND upper(trim(invoice.document_number)) = upper(trim(reference.number))
     AND (reference.reference_date IS NULL OR invoice.document_date = reference.reference_date)
    WHERE entry.is_credit_note
    GROUP BY entry.document_id
)
SELECT entry.registration_id, entry.registration_key, entry.document_id, entry.entry_id, entry.company_code, entry.counterparty_code,
       entry.supplier_account_code, entry.accounting_date, entry.registered_by,
       concat_ws('. ', 'Company by ' || entry.company_matched_by, 'Supplier by ' || entry.supplier_matched_by, 'Account ' || rule.rules,
                 'Total: ' || total.total_convention, 'Lines: ' || line.convention,
                 'Instalments: ' || (SELECT min(convention) FROM doc_instalment AS instalment WHERE instalment.document_id = entry.document_id)),
       $reference_version, $run_id, entry.decided_by, named.registration_id, $now, entry.identity_key, $rules_version
FROM doc_entry AS entry
JOIN doc_total AS total USING (document_id)
LEFT JOIN doc_line_check AS line USING (document_id)
LEFT JOIN rule USING (document_id)
LEFT JOIN named USING (document_id)
