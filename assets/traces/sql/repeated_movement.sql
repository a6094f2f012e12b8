-- Grain: one movement of this file whose key stands in the ledger (D12). Inputs: movement_state, asked_movement, entry_line,
-- ledger.imported_movement, ledger.posting, ledger.posting_rule_use, ledger.file_import, ledger.journal_entry; $import_id. is_own: posted by an earlier
-- attempt of the same import. is_same: the entry has the very same
-- lines; those that a rule added are no lines of a file.
CREATE OR REPLACE TEMP TABLE repeated_movement AS
WITH found AS (
    SELECT movement.movement_number, movement.first_line, movement.movement_key, movement.line_count,
           imported.entry_id, imported.import_id
    FROM movement_state AS movement
    JOIN ledger.imported_movement AS imported USING (movement_key)
    ANTI JOIN asked_movement AS asked ON asked.movement_number = movement.movement_number
    WHERE NOT movement.is_kept_out
), here AS (
    SELECT movement_number, entry_line_number AS line_number, account_code, company_amount, currency_code,
           currency_amount, open_item_key, settlement_flag
    FROM entry_line SEMI JOIN found USING (movement_number)
), there AS (
    SELECT found.movement_number, posting.line_number, posting.account_code,
           posting.debit_amount - posting.credit_amount AS company_amount, posting.currency_code,
           posting.currency_amount, posting.open_item_key, posting.settlement_flag
    FROM ledger.posting AS posting
    JOIN found USING (entry_id)
    ANTI JOIN (SELECT entry_id, line_number FROM ledger.posting_rule_use WHERE is_generated) AS generated
      ON generated.entry_id = posting.entry_id AND generated.line_number = posting.line_number
), difference AS (
    (SELECT * FROM here EXCEPT SELECT * FROM there) UNION (SELECT * FROM there EXCEPT SELECT * FROM here)
)
SELECT found.movement_number, found.first_line, found.movement_key, found.entry_id, found.import_id,
       found.import_id = $import_id AS is_own,
       found.movement_number NOT IN (SELECT movement_number FROM difference) AS is_same,
       first.source_file, first.partition_key, entry.created_at AS imported_at
FROM found
JOIN ledger.file_import AS first USING (import_id)
JOIN ledger.journal_entry AS entry USING (entry_id)
