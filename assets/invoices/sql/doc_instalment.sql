-- Grain: one instalment of a document, from the buyer's view: + to pay. Inputs: doc, doc_sum, doc_total, doc_party, payment,
-- supplier_term; the macro due_by_terms. convention says how the payments agree with what is payable; null where they do not. Without payments there is one
-- instalment, due by the supplier's terms, or as a payment of zero says. Payments that add up to what is payable stand as they are;
-- others, stated before something is taken off or with more decimals than the currency has, come to it in proportion, in whole
-- smallest amounts (whole ones where nobody pays less): what is left goes to those that were cut most, then to the earliest, whether
-- its day is stated or follows from days, so that all add up and none changes its sign. A difference within the tolerance falls to the
-- last, unless that has less. A payment against the sign of the others (money that comes back) stays one against them. What was paid
-- before is an instalment of its own, the last, held back (hold_reason), which the advance is to close.
CREATE OR REPLACE TEMP TABLE doc_instalment AS
WITH agreed AS (
    SELECT amount.document_id, amount.file_number, amount.position, total.payable * amount.economic_sign AS payable,
           CASE WHEN amount.is_whole AND total.payable % 1 = 0 THEN CAST(10000 AS HUGEINT) ELSE amount.minor_unit END AS minor_unit,
           total.prepaid * amount.economic_sign AS prepaid, amount.payment_total, amount.payment_count, doc.document_date,
           coalesce(term.payment_days, party.payment_days, 0) AS days, coalesce(term.is_end_of_month, false) AS is_end_of_month,
           coalesce(party.is_month_counted, true) AS is_month_counted,
           CASE WHEN total.payable IS NULL THEN NULL
                WHEN amount.payment_count = 0 THEN 'no payments: due by the terms'
                WHEN amount.payment_total = 0 THEN NULL
                WHEN abs(amount.payment_total) IN (abs(total.payable), abs(total.exact)) THEN 'payments agree'
                WHEN abs(amount.payment_total) IN (abs(total.exact + amount.withheld), abs(total.exact + amount.withheld_fund),
                                                   abs(total.exact + amount.withheld + amount.withheld_fund))
                    THEN 'payments before withholding'
                WHEN abs(amount.payment_total) IN (abs(total.exact + amount.split_vat), abs(total.exact + amount.split_vat + amount.withheld),
                                                   abs(total.exact + amount.split_vat + amount.withheld_fund),
                                                   abs(total.exact + amount.split_vat + amount.withheld + amount.withheld_fund))
                    THEN 'payments with the split VAT'
                WHEN abs(amount.payment_total) = abs(total.exact + amount.prepaid) THEN 'payments before what was paid'
                WHEN abs(abs(total.exact) - abs(amount.payment_total)) <= coalesce(party.invoice_tolerance, 0)
                    THEN 'payments within the tolerance'
                END AS convention
    FROM doc_sum AS amount
    JOIN doc_total AS total USING (document_id)
    JOIN doc_party AS party USING (document_id)
    JOIN doc USING (document_id)
    LEFT JOIN supplier_term AS term ON term.counterparty_code = party.counterparty_code
    WHERE total.mask IS NOT NULL
), paid AS (
    SELECT agreed.*, payment.ordinal, payment.amount,
           coalesce(payment.term_date, agreed.document_date) AS from_date,
           coalesce(payment.due_date, from_date + CAST(payment.term_days AS INTEGER),
                    due_by_terms(from_date, agreed.days, agreed.is_end_of_month, agreed.is_month_counted)) AS due_date,
           payment.due_date IS NOT NULL OR payment.term_date IS NOT NULL OR payment.term_days IS NOT NULL AS is_dated
    FROM agreed
    JOIN payment USING (file_number, position)
    WHERE agreed.convention IS NOT NULL
), stated AS (
    SELECT *,
           units_of(abs(payable)) AS payable_units, units_of(abs(payment_total)) AS total_units,
           units_of(sign(payment_total) * amount) AS stated_units,
           row_number() OVER (PARTITION BY document_id ORDER BY due_date DESC, ordinal DESC) = 1 AS is_last
    FROM paid
    WHERE amount <> 0
), cut AS (
    SELECT *, round_units(stated_units, 1, minor_unit) AS own_units,
           payable_units - sum(own_units) OVER (PARTITION BY document_id) + own_units AS last_units,
           -- The whole smallest amounts that are not more than the share, and what is cut off of it.
           stated_units * payable_units AS share,
           (abs(share) // (total_units * minor_unit)) * sign(share) - (share < 0 AND abs(share) % (total_units * minor_unit) <> 0)::INTEGER AS whole,
           share - whole * total_units * minor_unit AS rest
    FROM stated
), shared AS (
    SELECT *, convention = 'payments within the tolerance'
              AND bool_and(NOT is_last OR last_units > 0 AND own_units > 0) OVER (PARTITION BY document_id) AS is_last_changed,
           whole + (row_number() OVER (PARTITION BY document_id ORDER BY rest DESC, due_date, ordinal)
                       <= payable_units // minor_unit - sum(whole) OVER (PARTITION BY document_id))::INTEGER AS share_count
    FROM cut
), listed AS (
    SELECT document_id, convention, payable, ordinal,
           amount_of(CASE WHEN is_last_changed THEN CASE WHEN is_last THEN last_units ELSE own_units END ELSE share_count * minor_unit END) AS amount,
           due_date, NULL AS hold_reason
    FROM shared
    UNION ALL
    SELECT agreed.document_id, CASE WHEN zero.due_date IS NULL THEN agreed.convention ELSE 'a payment of zero: due as it says' END,
           agreed.payable, 1, abs(agreed.payable),
           coalesce(zero.due_date, due_by_terms(agreed.document_date, agreed.days, agreed.is_end_of_month, agreed.is_month_counted)), NULL
    FROM agreed
    LEFT JOIN (
        SELECT document_id, min(due_date) AS due_date FROM paid WHERE amount = 0 AND is_dated GROUP BY document_id
    ) AS zero USING (document_id)
    WHERE agreed.convention IS NOT NULL AND agreed.payment_count = 0
    UNION ALL
    SELECT document_id, convention, prepaid, 1, abs(prepaid), document_date, 'paid_before'
    FROM agreed
    WHERE convention IS NOT NULL AND prepaid <> 0
)
SELECT document_id, convention,
       CAST(row_number() OVER (PARTITION BY document_id ORDER BY hold_reason IS NOT NULL, due_date, ordinal) AS INTEGER) AS instalment,
       CAST(sign(payable) * amount AS DECIMAL(18,4)) AS amount, due_date, hold_reason
FROM listed
