-- Grain: one item of which more is withheld, with what is settled again now, than is due on it. Inputs: settlement_again,
-- ledger.settlement (those that stand), ledger.open_item, ledger.item_withholding (in force), ledger.reference_file. Order: name.
SELECT item.company_code || ':' || item.open_item_key AS name
FROM ledger.open_item AS item
JOIN ledger.item_withholding AS rule ON rule.company_code = item.company_code AND rule.open_item_key = item.open_item_key
JOIN ledger.settlement AS booked
  ON booked.item_id = item.item_id AND booked.matching_rule = 'withholding' AND booked.undone_at IS NULL
WHERE rule.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'item_withholding.csv')
  AND item.item_id IN (SELECT item_id FROM settlement_again WHERE matching_rule = 'withholding')
GROUP BY item.company_code, item.open_item_key, rule.withholding_amount
HAVING sum(booked.amount) > rule.withholding_amount
ORDER BY name
