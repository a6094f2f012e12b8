-- Grain: one import, with how many of its postings are linked and not linked by now. Input: given.
UPDATE ledger.file_import AS import
SET linked_posting_count = given.linked_posting_count, unlinked_posting_count = given.unlinked_posting_count
FROM given
WHERE import.import_id = given.import_id
