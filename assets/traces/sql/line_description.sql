-- Grain: one line whose company has a note template (D22 to D25); other lines keep the file's text. Inputs:
-- entry_line, posted_movement, new_settlement, account, accounting_reason, company_setting,
-- currency_digits, ledger.open_item. A template without the file's text holds for linked lines only. Codes
-- are private characters here (see reference.settings.template_tokens); they are removed from the values
-- first, so that no value is taken for a code.
CREATE OR REPLACE TEMP TABLE line_description AS
WITH part AS (
    SELECT entry.line_number, setting.note_tokens AS tokens,
           entry.accounting_reason_code AS reason_code,
           without_codes(coalesce(own.accounting_reason_name, common.accounting_reason_name)) AS reason_name,
           without_codes(item.document_number) AS document_number,
           coalesce(strftime(item.document_date, '%d/%m/%Y'), '') AS document_date,
           entry.account_code, without_codes(account.account_name) AS account_name,
           without_codes(account.account_second_name) AS account_second_name,
           without_codes(item.description) AS item_description,
           CASE coalesce(digits.digits, 2)
                WHEN 0 THEN CAST(CAST(abs(entry.currency_amount) AS DECIMAL(18,0)) AS VARCHAR)
                WHEN 2 THEN CAST(CAST(abs(entry.currency_amount) AS DECIMAL(18,2)) AS VARCHAR)
                WHEN 3 THEN CAST(CAST(abs(entry.currency_amount) AS DECIMAL(18,3)) AS VARCHAR)
                ELSE CAST(abs(entry.currency_amount) AS VARCHAR) END AS amount,
           without_codes(entry.file_text) AS file_text
    FROM entry_line AS entry
    SEMI JOIN posted_movement USING (movement_number)
    JOIN company_setting AS setting ON setting.company_code = entry.company_code AND setting.note_tokens IS NOT NULL
    LEFT JOIN new_settlement AS settlement ON settlement.line_number = entry.line_number
    LEFT JOIN ledger.open_item AS item ON item.item_id = settlement.item_id
    LEFT JOIN account ON account.company_code = entry.company_code AND account.account_code = entry.account_code
    LEFT JOIN accounting_reason AS own
           ON own.company_code = entry.company_code AND own.accounting_reason_code = entry.accounting_reason_code
    LEFT JOIN accounting_reason AS common
           ON common.company_code IS NULL AND common.accounting_reason_code = entry.accounting_reason_code
    LEFT JOIN currency_digits AS digits ON digits.currency_code = entry.currency_code
    WHERE setting.has_file_text OR settlement.line_number IS NOT NULL
)
SELECT line_number,
       nullif(trim(regexp_replace(
           replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
               tokens,
               chr(57345), reason_code), chr(57346), reason_name), chr(57347), document_number),
               chr(57348), document_date), chr(57349), account_code), chr(57350), account_name),
               chr(57351), ''),
               chr(57352), concat_ws('-', nullif(document_number, ''), nullif(document_date, ''))),
               chr(57353), item_description), chr(57354), amount), chr(57355), account_second_name),
               chr(57356), file_text),
           ' {2,}', ' ', 'g')), '') AS description
FROM part
