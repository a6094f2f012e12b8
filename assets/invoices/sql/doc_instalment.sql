-- Grain: one instalment of a document, from the buyer's view: + to pay. Inputs: doc, doc_sum, doc_total, doc_party,
-- payment, supplier_term. convention says how the payments agree with what is payable; null where they do not.
-- Without payments there is one instalment, due by the supplier's terms. A payment against the sign of the others
-- (money that comes back) stays one against them.
CREATE OR REPLACE TEMP TABLE doc_instalment AS
WITH agreed AS (
    SELECT amount.document_id, amount.file_number, amount.position, total.payable * amount.economic_sign AS payable,
           amount.payment_total, amount.payment_count,
           abs(total.payable) - abs(amount.payment_total) AS missing,
           CASE WHEN total.payable IS NULL THEN NULL
                WHEN amount.payment_count = 0 THEN 'no payments: due by the terms'
                WHEN abs(amount.payment_total) = abs(total.payable) THEN 'payments agree'
                WHEN abs(amount.payment_total) = abs(total.payable + amount.withheld + amount.withheld_fund)
                    THEN 'payments before withholding'
                WHEN abs(amount.payment_total) = abs(total.payable + amount.split_vat + amount.withheld + amount.withheld_fund)
                    THEN 'payments with the split VAT'
                WHEN abs(abs(total.payable) - abs(amount.payment_total)) <= coalesce(party.invoice_tolerance, 0)
                    THEN 'payments within the tolerance'
                END AS convention
    FROM doc_sum AS amount
    JOIN doc_total AS total USING (document_id)
    JOIN doc_party AS party USING (document_id)
), listed AS (
    SELECT agreed.document_id, agreed.convention, agreed.payable, agreed.missing, payment.ordinal,
           CAST(sign(agreed.payment_total) * payment.amount AS DECIMAL(18,4)) AS amount, payment.due_date, payment.term_date, payment.term_days
    FROM agreed
    JOIN payment USING (file_number, position)
    WHERE payment.amount IS NOT NULL AND agreed.convention IS NOT NULL AND agreed.payment_count > 0
    UNION ALL
    SELECT document_id, convention, payable, 0, 1, abs(payable), NULL, NULL, NULL
    FROM agreed
    WHERE agreed.convention IS NOT NULL AND agreed.payment_count = 0
)
SELECT listed.document_id, listed.convention,
       CAST(row_number() OVER (PARTITION BY listed.document_id ORDER BY listed.due_date, listed.ordinal) AS INTEGER) AS instalment,
       CAST(sign(listed.payable) * (listed.amount + CASE WHEN row_number() OVER (PARTITION BY listed.document_id
                                                          ORDER BY listed.due_date DESC, listed.ordinal DESC) = 1
                                                   THEN listed.missing ELSE 0 END) AS DECIMAL(18,4)) AS amount,
       coalesce(listed.due_date,
                coalesce(listed.term_date, doc.document_date) + CAST(listed.term_days AS INTEGER),
                -- Thirty days to the end of the month are a month: from 31 January the end of February.
                CASE WHEN coalesce(term.is_end_of_month, false) AND coalesce(party.is_month_counted, true)
                      AND coalesce(term.payment_days, party.payment_days, 0) % 30 = 0
                     THEN last_day(doc.document_date + to_months(CAST(coalesce(term.payment_days, party.payment_days, 0) // 30 AS INTEGER)))
                     WHEN coalesce(term.is_end_of_month, false)
                     THEN last_day(doc.document_date + CAST(coalesce(term.payment_days, party.payment_days, 0) AS INTEGER))
                     ELSE doc.document_date + CAST(coalesce(term.payment_days, party.payment_days, 0) AS INTEGER) END) AS due_date
FROM listed
JOIN doc USING (document_id)
JOIN doc_party AS party USING (document_id)
LEFT JOIN supplier_term AS term ON term.counterparty_code = party.counterparty_code
