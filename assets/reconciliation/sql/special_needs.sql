-- Grain: one row: which special cases this file's lines could be, by what is in force. Inputs: posting_rule,
-- item_withholding, item_deferred_vat, ledger.registration_part.
SELECT (SELECT count(*) FROM posting_rule) > 0 AS has_rules,
       (SELECT count(*) FROM item_withholding) > 0 AS has_withholding,
       (SELECT count(*) FROM item_deferred_vat) + (SELECT count(*) FROM ledger.registration_part WHERE deferred_amount <> 0) > 0
       AS has_deferred_vat
