-- Grain: one registered document that was read again. Input: older_reading. Order: document_id.
SELECT document_id, registration_id, company_code, counterparty_code, supplier_name, document_number, document_date, rules_version,
       decided_account_code, decided_vat_code, is_choice_remembered
FROM older_reading
ORDER BY document_id
