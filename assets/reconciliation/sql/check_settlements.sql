-- Grain: one warning about a payment line (D07, D14). Inputs: payment_line, matched_line, unlinked_line,
-- new_settlement, ledger.open_item, company_setting. Lines without a key are listed as unlinked, not warned of.
SELECT unlinked.line_number, CASE WHEN unlinked.unlinked_reason = 'payment_exceeds_residual'
                                  THEN 'amount' ELSE 'open_item_key' END AS field,
       unlinked.unlinked_reason AS finding_code,
       CASE WHEN unlinked.unlinked_reason = 'payment_exceeds_residual'
            THEN amount_text(matched.payment_amount) ELSE payment.open_item_key END AS raw_value,
       CASE unlinked.unlinked_reason
            WHEN 'payment_exceeds_residual'
                THEN 'at most the residual ' || amount_text(matched.residual_before) || '; '
                     || amount_text(matched.payment_amount - matched.applied_amount) || ' stays unlinked'
            WHEN 'open_item_on_other_account'
                THEN 'account ' || item.account_code || ', on which the item stands'
            WHEN 'open_item_currency_differs'
                THEN 'an amount in ' || item.currency_code || ', the currency of the open item'
            WHEN 'open_item_wrong_side'
                THEN 'a ' || CASE WHEN item.side = 'debit' THEN 'credit (-)' ELSE 'debit (+)' END
                     || ', since the item is a ' || item.side
            END AS expected
FROM unlinked_line AS unlinked
JOIN payment_line AS payment USING (line_number)
LEFT JOIN matched_line AS matched USING (line_number)
LEFT JOIN ledger.open_item AS item
       ON item.company_code = payment.company_code AND item.open_item_key = payment.open_item_key
WHERE unlinked.unlinked_reason <> 'no_open_item_key'
UNION ALL
SELECT settlement.line_number, 'settlement_flag', 'full_settlement_leaves_residual', 'S',
       'a payment of ' || amount_text(settlement.residual_before) || '; ' || amount_text(settlement.residual_after) || ' stays open'
       || CASE WHEN settlement.residual_after <= setting.residual_tolerance
               THEN ', within the tolerance of ' || amount_text(setting.residual_tolerance) ELSE '' END
FROM new_settlement AS settlement
JOIN payment_line AS payment USING (line_number)
LEFT JOIN company_setting AS setting ON setting.company_code = payment.company_code
WHERE settlement.settlement_flag = 'S' AND settlement.residual_after > 0
