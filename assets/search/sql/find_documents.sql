-- Grain: one e-invoice of a supplier that a text could mean: its number (or, with a pattern, a part of it),
-- its supplier's numbers or an IBAN in it, words of the supplier's name where he is nobody's counterparty, its total or what is
-- payable, or its date. Inputs: ledger.document, ledger.registration, ledger.doubtful_iban, ledger.counterparty, has_words.
-- Parameters: text, pattern, name, identifier, amount and other_amount, day (null: none of those), limit. Order: numbers first,
-- then those to register, the newest first.
WITH found AS (
    SELECT document.*,
           CASE WHEN lower(document_number) = lower($text) THEN 'number'
                WHEN abs(total_amount) IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
                  OR abs(payable_amount) IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4))) THEN 'amount'
                WHEN document_date = CAST($day AS DATE) THEN 'date'
                WHEN upper(supplier_vat_number) = $identifier OR upper(supplier_country_code || supplier_vat_number) = $identifier THEN 'VAT number'
                WHEN upper(supplier_tax_code) = $identifier THEN 'tax code'
                WHEN counterparty_code IS NULL AND has_words(supplier_name, $name) THEN 'name'
                WHEN $identifier IS NOT NULL AND (contains(regexp_replace(upper(payee_ibans), '[^A-Z0-9,;]', '', 'g'), $identifier)
                  OR doubtful.document_id IS NOT NULL) THEN 'IBAN'
                ELSE 'part of the number' END AS matched_by
    FROM ledger.document AS document
    LEFT JOIN (SELECT DISTINCT document_id FROM ledger.doubtful_iban WHERE iban = $identifier) AS doubtful USING (document_id)
    WHERE lower(document_number) = lower($text)
       OR ($pattern IS NOT NULL AND contains(lower(document_number), lower($text)))
       OR ($amount IS NOT NULL
           AND (abs(total_amount) IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
                OR abs(payable_amount) IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))))
       OR document_date = CAST($day AS DATE)
       OR ($identifier IS NOT NULL
           AND ((counterparty_code IS NULL
                 AND (upper(supplier_vat_number) = $identifier OR upper(supplier_country_code || supplier_vat_number) = $identifier
                      OR upper(supplier_tax_code) = $identifier))
                OR contains(regexp_replace(upper(payee_ibans), '[^A-Z0-9,;]', '', 'g'), $identifier)
                OR doubtful.document_id IS NOT NULL))
       OR ($name IS NOT NULL AND counterparty_code IS NULL AND has_words(supplier_name, $name))
    ORDER BY matched_by = 'number' DESC, status = 'to_register' DESC, document_date DESC NULLS LAST, document_id
    LIMIT $limit
)
SELECT 'document' AS kind, 'D' || found.document_id AS reference, found.document_id AS number, found.matched_by, found.company_code,
       found.supplier_name AS name, found.document_number, found.document_date AS day, found.total_amount AS amount,
       found.currency_code, found.status, registration.entry_id
FROM found
LEFT JOIN ledger.registration AS registration ON registration.document_id = found.document_id AND registration.undone_at IS NULL
ORDER BY found.matched_by = 'number' DESC, found.status = 'to_register' DESC, found.document_date DESC NULLS LAST, found.document_id
