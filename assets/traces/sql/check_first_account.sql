-- Grain: one movement whose first line is on an account that is neither bank nor transit (D05).
SELECT movement.first_line AS line_number, 'account' AS field, 'first_account_not_bank' AS finding_code,
       movement.first_account AS raw_value,
       'a bank or transit account; ' || movement.first_account || ' is of kind ' || account.account_kind AS expected
FROM movement
JOIN account ON account.company_code = movement.company AND account.account_code = movement.first_account
WHERE account.account_kind NOT IN ('bank', 'transit')
