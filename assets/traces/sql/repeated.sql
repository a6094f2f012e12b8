-- What of a file is in the ledger already.

-- name: posted_before
-- Grain: one movement of this import that stands in the ledger. Inputs: ledger.journal_entry,
-- ledger.withdrawn_movement; $import_id. Whether the entry is reversed does not matter, unless the answer that posted
-- it was undone.
SELECT company_code, progressive
FROM ledger.journal_entry
ANTI JOIN ledger.withdrawn_movement USING (entry_id)
WHERE import_id = $import_id AND entry_kind = 'trace'

-- name: import_by_wording
-- Grain: the first import of a trace that says the same, line by line, in another form, and stands in the ledger (D12).
-- Inputs: ledger.import_attempt, ledger.file_import, ledger.trace_wording; $wording_hash, $import_id (left out).
SELECT import.import_id, import.partition_key,
       coalesce((SELECT min(attempted_at) FROM ledger.import_attempt AS tried
                 WHERE tried.import_id = import.import_id), import.imported_at) AS taken_at
FROM ledger.file_import AS import
JOIN ledger.trace_wording AS wording USING (import_id)
WHERE wording.wording_hash = $wording_hash AND import.import_id <> $import_id
  AND import.status IN ('posted', 'incomplete', 'failed') AND import.repeats_import_id IS NULL
ORDER BY import.import_id
LIMIT 1

-- name: repeated_movement
-- Grain: one movement of this file whose key stands in the ledger (D12). Inputs: movement_state, asked_movement,
-- entry_line, ledger.imported_movement, ledger.posting, ledger.posting_rule_use, ledger.file_import,
-- ledger.journal_entry; $import_id. is_own: posted by an earlier attempt of the same import. is_same: the entry has the
-- very same lines; those that a rule added are no lines of a file.
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

-- name: check_repeated_movement
-- Grain: one movement that another import brought before (D12). Input: repeated_movement.
SELECT first_line AS line_number, 'entry' AS field,
       CASE WHEN is_same THEN 'movement_already_imported' ELSE 'movement_key_conflict' END AS finding_code,
       movement_key AS raw_value,
       CASE WHEN is_same
            THEN said('movement_not_imported', {'entry': entry_id, 'import': 'I' || import_id, 'file': partition_key,
                                                'moment': strftime(imported_at, '%Y-%m-%d %H:%M')})
            ELSE said('own_key_other_entry', {'entry': entry_id, 'import': 'I' || import_id, 'file': partition_key,
                                              'moment': strftime(imported_at, '%Y-%m-%d %H:%M')}) END AS expected
FROM repeated_movement
WHERE NOT is_own

-- name: check_asked_movement
-- Grain: one movement without a number that other files brought (D12): it waits for a person, or is known since its
-- file is the corrected form of one that brought it. Input: asked_movement.
SELECT first_line AS line_number, 'entry' AS field,
       CASE WHEN state = 'waits' THEN 'movement_may_be_repeated' ELSE 'movement_already_imported' END AS finding_code,
       movement_key AS raw_value,
       CASE WHEN state = 'waits' THEN said('answer_about_movement', {'count': brought_count, 'equal': brought_by})
            ELSE said('movement_of_corrected_file', {'equal': brought_by}) END AS expected
FROM asked_movement
WHERE state IN ('waits', 'repeated')

-- name: count_own_imports
-- Grain: one row: whether this import was there before and repeats none (1, else 0). Input: ledger.file_import;
-- $import_id.
SELECT count(*) FROM ledger.file_import WHERE import_id = $import_id AND repeats_import_id IS NULL
