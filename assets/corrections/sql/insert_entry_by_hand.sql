-- Grain: one journal entry that a person asked for; no file brought it. Inputs: the parameters.
INSERT INTO ledger.journal_entry
VALUES ($entry_id, NULL, NULL, 'manual', $company_code, $posting_date, $accounting_reason_code, NULL, NULL, NULL, NULL, $now)
