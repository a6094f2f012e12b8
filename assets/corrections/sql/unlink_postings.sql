-- Grain: one posting that settles so much less. It becomes an unlinked payment unless its entry is reversed. Input:
-- undone_settlement, added up per posting.
UPDATE ledger.posting AS posting
SET linked_amount = posting.linked_amount - undone.linked_amount,
    is_linked = posting.linked_amount > undone.linked_amount,
    unlinked_reason = CASE WHEN undone.is_reversed THEN posting.unlinked_reason
                           ELSE coalesce(posting.unlinked_reason, 'settlement_undone') END
FROM (
    SELECT entry_id, line_number, CAST(sum(linked_amount) AS DECIMAL(18,4)) AS linked_amount,
           bool_or(reversal_entry_id IS NOT NULL) AS is_reversed
    FROM undone_settlement GROUP BY entry_id, line_number
) AS undone
WHERE undone.entry_id = posting.entry_id AND undone.line_number = posting.line_number
