-- Grain: one settlement by hand of one open item. Inputs: ledger.settlement; the parameters.
INSERT INTO ledger.settlement
SELECT coalesce(max(settlement_id), 0) + 1, $item_id, $entry_id, $line_number, NULL, $posting_date, NULL, $amount, $company_amount,
       $matching_rule, $now, NULL, NULL
FROM ledger.settlement
