-- Grain: one thing wrong with whom a document is from or to: R02, R03, R04, numbers that disagree, and what deserves a look: R05,
-- R13. Inputs: doc, doc_party, doc_owner, doc_identifier, doc_iban, supplier, company.
WITH said AS (
    SELECT document_id, party, string_agg(DISTINCT CASE scheme_code WHEN 'VAT' THEN 'VAT number ' WHEN 'TAX' THEN 'tax code ' ELSE scheme_code || ' ' END
                                          || identifier, ', ' ORDER BY CASE scheme_code WHEN 'VAT' THEN 'VAT number ' WHEN 'TAX' THEN 'tax code ' ELSE scheme_code || ' ' END
                                          || identifier) AS numbers
    FROM doc_identifier GROUP BY document_id, party
), unknown_number AS (
    SELECT document_id, party, candidate_code, matched_by, unnest(contradicting) AS number, true AS is_contradicting FROM doc_owner
    UNION ALL
    SELECT document_id, party, candidate_code, matched_by, unnest(lacking), false FROM doc_owner
), named AS (
    SELECT document_id, party, candidate_code, matched_by, is_contradicting, number.scheme_code || ' ' || number.identifier AS number,
           CASE number.scheme_code WHEN 'VAT' THEN 'document.supplier_vat_number' WHEN 'TAX' THEN 'document.supplier_tax_code' ELSE 'identifier.identifier' END AS field
    FROM unknown_number
)
SELECT doc.document_id, 'document.customer_vat_number' AS field, 'R02' AS finding_code,
       concat_ws(', ', doc.customer_name, doc.customer_vat_number, doc.customer_tax_code) AS raw_value,
       CASE WHEN buyer.fitting_count = 0 THEN 'numbers of one of our companies; these are those of ' || buyer.found_codes
            WHEN buyer.fitting_count > 1 THEN 'the tax code of one of our companies; ' || buyer.found_codes || ' share this VAT number'
            WHEN buyer.contradicting IS NOT NULL
            THEN 'the numbers that companies.csv has for ' || buyer.candidate_code || ', to whom the ' || buyer.matched_by || ' leads; it lacks '
                 || buyer.contradicting[1].identifier END AS expected,
       CAST(NULL AS VARCHAR) AS remedy
FROM doc
JOIN doc_party AS party USING (document_id)
LEFT JOIN doc_owner AS buyer ON buyer.document_id = doc.document_id AND buyer.party = 'customer'
WHERE party.company_code IS NULL
UNION ALL
SELECT doc.document_id, 'document.supplier_vat_number', 'R03',
       concat_ws(', ', doc.supplier_name, doc.supplier_country_code || doc.supplier_vat_number, doc.supplier_tax_code,
                 doc.supplier_address, doc.supplier_postal_code, doc.supplier_city), NULL, NULL
FROM doc JOIN doc_party AS party USING (document_id)
WHERE party.supplier_codes IS NULL
UNION ALL
SELECT doc.document_id, 'document.supplier_vat_number', 'R03', party.counterparty_code || ' ' || party.counterparty_name,
       CASE WHEN party.account_count = 0 THEN 'an active supplier account of ' ELSE 'only one active supplier account of ' END
       || party.counterparty_code || ' in company ' || party.company_code, NULL
FROM doc JOIN doc_party AS party USING (document_id)
WHERE party.supplier_count = 1 AND party.company_code IS NOT NULL AND party.account_count <> 1
UNION ALL
SELECT seller.document_id, 'document.supplier_vat_number', 'R04', seller.found_codes,
       'one supplier with ' || said.numbers,
       CASE WHEN seller.fitting_count = 0
            THEN 'The numbers lead to different suppliers: find out whose they are and correct counterparties.csv or counterparty_identifiers.csv, '
                 || 'then rerun; or refuse the document.' END
FROM doc_owner AS seller
JOIN said USING (document_id, party)
JOIN doc USING (document_id)
WHERE seller.party = 'supplier' AND seller.fitting_count <> 1
UNION ALL
SELECT named.document_id, named.field, 'supplier_numbers_disagree', named.number,
       'a number that ' || named.candidate_code || ' ' || supplier.counterparty_name || ' has, to whom the ' || named.matched_by || ' leads ('
       || said.numbers || ')',
       'If it is theirs then `partita add-identifier ' || named.candidate_code || ' ' || named.number || '` adds it, and rerun; if it is another '
       || 'supplier''s (of a VAT group, say) then `partita propose-supplier D' || named.document_id || ' --new`.'
FROM named
JOIN doc USING (document_id)
JOIN said USING (document_id, party)
JOIN supplier ON supplier.counterparty_code = named.candidate_code
WHERE named.party = 'supplier' AND named.is_contradicting
UNION ALL
SELECT named.document_id, named.field, 'R05', named.number, 'a number that the registry has for ' || named.candidate_code,
       'Nothing is kept out. `partita add-identifier ' || named.candidate_code || ' ' || named.number || '` adds it.'
FROM named
JOIN doc_party AS party USING (document_id)
WHERE named.party = 'supplier' AND NOT named.is_contradicting AND party.supplier_count = 1
UNION ALL
SELECT doc.document_id, 'document.supplier_name', 'R05', doc.supplier_name,
       'a name like ' || party.counterparty_name || ', as in counterparties.csv for ' || party.counterparty_code, NULL
FROM doc JOIN doc_party AS party USING (document_id)
WHERE party.supplier_count = 1 AND jaro_winkler_similarity(lower(doc.supplier_name), lower(party.counterparty_name)) < 0.7
UNION ALL
SELECT document_id, 'payment.iban', 'R13', iban_text, expected, iban_remedy(document_id, is_wrong) FROM doc_iban WHERE NOT is_answered
