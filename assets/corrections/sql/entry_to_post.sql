-- Grain: one journal entry that a person asked for; no file brought it. Inputs: the parameters.
SELECT $entry_id AS entry_id, NULL AS import_id, NULL AS attempt, 'manual' AS entry_kind, $company_code AS company_code,
       $posting_date AS posting_date, $accounting_reason_code AS accounting_reason_code, NULL AS progressive, NULL AS movement_key,
       NULL AS source_line, $now AS created_at
