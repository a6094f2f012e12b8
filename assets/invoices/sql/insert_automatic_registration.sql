-- Grain: one switch of automatic registration of a company. Append only: the newest holds.
INSERT INTO ledger.automatic_registration VALUES ($company_code, $is_on, $now, $who)
