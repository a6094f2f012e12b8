-- Grain: one registered document of the files at hand that older rules read, as it stands in the books. Inputs: delivered,
-- ledger.registration, ledger.document, ledger.document_decision; $rules_version. decided_account_code and decided_vat_code are what
-- a person chose for it, is_choice_remembered whether for later documents as well.
CREATE OR REPLACE TEMP TABLE older_reading AS
SELECT document.document_id, document.import_id, registration.registration_id, registration.entry_id, registration.rules_version, registration.company_code,
       registration.counterparty_code, document.supplier_name, document.document_number, document.document_date, document.currency_code,
       document.document_type, document.type_code, document.is_credit_note, document.total_amount, document.payable_amount,
       company.currency_code AS company_currency_code, decision.account_code AS decided_account_code, decision.vat_code AS decided_vat_code,
       coalesce(decision.is_remembered, false) AS is_choice_remembered
FROM ledger.registration AS registration
JOIN ledger.document AS document USING (document_id)
JOIN delivered USING (import_id)
LEFT JOIN company ON company.company_code = registration.company_code
LEFT JOIN (
    SELECT document_id, account_code, vat_code, is_remembered FROM ledger.document_decision WHERE decision = 'register'
    QUALIFY row_number() OVER (PARTITION BY document_id ORDER BY decided_at DESC) = 1
) AS decision ON decision.document_id = document.document_id
WHERE registration.undone_at IS NULL AND registration.rules_version < $rules_version
