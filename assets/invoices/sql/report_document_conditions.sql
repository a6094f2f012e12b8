-- Grain: one condition under which less may be paid for a document. Inputs: ledger.document_condition, ledger.document.
-- Parameter: document_id. Order: ordinal.
SELECT said.ordinal, said.discount_date, said.discount_days, rtrim(rtrim(CAST(said.discount_pct AS VARCHAR), '0'), '.') AS discount_pct,
       said.discount_amount, said.discounted_amount, document.currency_code, said.description
FROM ledger.document_condition AS said
JOIN ledger.document AS document USING (document_id)
WHERE said.document_id = $document_id
ORDER BY said.ordinal
