-- Grain: one account by whose code or name, or whose counterparty's, a counterparty is meant. Inputs:
-- named_account, has_words. Parameter: asked_counterparty.
SELECT company_code, account_code
FROM named_account()
WHERE lower(counterparty_code) = lower($asked_counterparty) OR lower(account_code) = lower($asked_counterparty)
   OR has_words(counterparty_name, $asked_counterparty) OR has_words(account_name, $asked_counterparty)
