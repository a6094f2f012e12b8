-- Grain: one posting of which this much is linked now. Input: given, one row a posting.
UPDATE ledger.posting AS posting
SET linked_amount = given.linked_amount, is_linked = given.linked_amount > 0, unlinked_reason = given.unlinked_reason
FROM given
WHERE given.entry_id = posting.entry_id AND given.line_number = posting.line_number
