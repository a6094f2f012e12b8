-- Grain: one settlement by hand of one open item. Inputs: ledger.settlement; the parameters.
SELECT coalesce(max(settlement_id), 0) + 1 AS settlement_id, $item_id AS item_id, $entry_id AS entry_id, $line_number AS line_number,
       NULL AS import_id, $posting_date AS settlement_date, NULL AS settlement_flag, $amount AS amount,
       $company_amount AS amount_company_currency, $matching_rule AS matching_rule, $now AS created_at
FROM ledger.settlement
