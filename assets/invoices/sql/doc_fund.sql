-- Grain: one welfare fund of a document. is_withheld: the buyer keeps it back and owes it to the fund (always for TC07, that of
-- agents); else it is charged. withholding_type: as what it may stand among the withholdings as well (RT03 to RT06). Inputs: doc, doc_party,
-- welfare_fund, company_welfare_fund. account_code is null where the company does not know the fund, or has it with the cost.
CREATE OR REPLACE TEMP TABLE doc_fund AS
SELECT doc.document_id, doc.file_number, doc.position, fund.fund_type, fund.amount, fund.vat_rate, fund.vat_nature, known.account_code,
       coalesce(known.is_withheld, false) OR fund.fund_type = 'TC07' AS is_withheld,
       CASE fund.fund_type WHEN 'TC22' THEN 'RT03' WHEN 'TC07' THEN 'RT04' WHEN 'TC09' THEN 'RT05' ELSE 'RT06' END AS withholding_type
FROM doc
JOIN doc_party AS party USING (document_id)
JOIN welfare_fund AS fund USING (file_number, position)
LEFT JOIN company_welfare_fund AS known ON known.company_code = party.company_code AND known.fund_type = fund.fund_type
