-- Grain: one posting that settles so much less. It becomes an unlinked payment unless its entry is reversed. Inputs:
-- undone_settlement, added up per posting; ledger.posting.
SELECT posting.entry_id, posting.line_number, CAST(posting.linked_amount - undone.linked_amount AS DECIMAL(18,4)) AS linked_amount,
       CASE WHEN undone.is_reversed THEN posting.unlinked_reason
            ELSE coalesce(posting.unlinked_reason, 'settlement_undone') END AS unlinked_reason
FROM (
    SELECT entry_id, line_number, sum(linked_amount) AS linked_amount, bool_or(reversal_entry_id IS NOT NULL) AS is_reversed
    FROM undone_settlement GROUP BY entry_id, line_number
) AS undone
JOIN ledger.posting AS posting USING (entry_id, line_number)
