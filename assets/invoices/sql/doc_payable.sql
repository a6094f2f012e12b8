-- Grain: one instalment of a document that is registered now: its posting on the supplier's account and the open
-- item it opens. Inputs: doc_entry, doc_instalment, doc_iban, doc_posting, doc_total, doc_sum, doc_rate. company_amount is what balances the entry,
-- shared by the instalments (the last that is not zero takes what is left); amount is in the document's currency; + is to pay. The
-- key follows from the document alone, so that it stays the same in a ledger that is rebuilt (E03): the stem of doc_key and the number
-- of the instalment. Invariant: in the company's own currency the entry comes to what is payable, and its rounding is no more than
-- roundings can be.
CREATE OR REPLACE TEMP TABLE doc_payable AS
WITH balance AS (
    SELECT document_id, sum(amount) AS company_total, coalesce(sum(amount) FILTER (kind = 'rounding'), 0) AS rounding_amount, count(*) AS posting_count
    FROM doc_posting SEMI JOIN doc_entry USING (document_id) GROUP BY document_id
), sized AS (
    SELECT instalment.*, entry.entry_id, entry.item_key_stem, rate.minor_unit,
           CASE WHEN rate.is_own_currency AND abs(balance.rounding_amount - total.left_over * amount.economic_sign) > amount_of(rate.minor_unit) * balance.posting_count
                THEN error('the postings of document ' || instalment.document_id || ' leave more than roundings') ELSE balance.company_total END AS company_total,
           sum(instalment.amount) OVER same_document AS document_total,
           max(instalment.instalment) FILTER (instalment.amount <> 0) OVER same_document AS last_instalment
    FROM doc_instalment AS instalment
    JOIN doc_entry AS entry USING (document_id)
    JOIN balance USING (document_id)
    JOIN doc_total AS total USING (document_id)
    JOIN doc_sum AS amount USING (document_id)
    JOIN doc_rate AS rate USING (document_id)
    WINDOW same_document AS (PARTITION BY instalment.document_id)
), shared AS (
    SELECT sized.*, CASE WHEN document_total = 0 THEN 0
                         ELSE round_units(units_of(company_total) * units_of(amount), units_of(document_total), minor_unit) END AS share_units
    FROM sized
), exact AS (
    SELECT shared.*, sum(share_units) OVER (PARTITION BY document_id) AS shared_units FROM shared
)
SELECT document_id, entry_id, instalment, amount, due_date, convention,
       -- What is paid before is never paid again, whatever becomes of the IBAN.
       coalesce(hold_reason, CASE WHEN document_id IN (SELECT document_id FROM doc_iban WHERE is_holding AND NOT is_answered) THEN 'iban' END) AS hold_reason,
       amount_of(CASE WHEN instalment = last_instalment THEN units_of(company_total) - shared_units + share_units ELSE share_units END) AS company_amount,
       item_key_stem || '-' || CASE WHEN instalment < 10 THEN '0' ELSE '' END || instalment AS open_item_key
FROM exact
