-- Grain: one warning about a payment line (D07, D14). Inputs: payment_line, matched_line, unlinked_line,
-- new_settlement, company_setting. Lines without a key are listed as unlinked, not warned of.
SELECT unlinked.line_number, CASE WHEN unlinked.unlinked_reason = 'payment_exceeds_residual'
                                  THEN 'amount' ELSE 'open_item_key' END AS field,
       unlinked.unlinked_reason AS finding_code,
       CASE WHEN unlinked.unlinked_reason = 'payment_exceeds_residual'
            THEN amount_text(matched.payment_amount) ELSE payment.open_item_key END AS raw_value,
       CASE WHEN unlinked.unlinked_reason = 'payment_exceeds_residual'
            THEN 'at most the residual ' || amount_text(matched.residual_before) || '; '
                 || amount_text(matched.payment_amount - matched.applied_amount) || ' stays unlinked'
            ELSE payment.expected END AS expected
FROM unlinked_line AS unlinked
JOIN payment_line AS payment USING (line_number)
LEFT JOIN matched_line AS matched USING (line_number)
WHERE unlinked.unlinked_reason <> 'no_open_item_key'
UNION ALL
SELECT settlement.line_number, 'settlement_flag', 'full_settlement_leaves_residual', 'S',
       'a payment of ' || amount_text(settlement.residual_before) || '; ' || amount_text(settlement.residual_after) || ' stays open'
       || CASE WHEN settlement.residual_after <= setting.residual_tolerance
               THEN ', within the tolerance of ' || amount_text(setting.residual_tolerance) || ': `partita write-off '
                    || payment.company_code || ':' || payment.open_item_key || '`' ELSE '' END
FROM new_settlement AS settlement
JOIN payment_line AS payment USING (line_number)
LEFT JOIN company_setting AS setting ON setting.company_code = payment.company_code
WHERE settlement.settlement_flag = 'S' AND settlement.residual_after > 0
