-- Grain: one entry that is to count again although its payment is in force otherwise: a deleted payment beside one that a person
-- made in its stead, or the other way round, or more in its stead than it had. Inputs: revived_entry, ledger.payment_in_stead,
-- ledger.reversed_entry, ledger.posting, and the correction that made the entry by hand (ledger.manual_entry). Order: entries.
WITH made AS (
    SELECT made.*, revived.entry_id IS NOT NULL AS is_revived, reversed.entry_id IS NULL AS is_in_force
    FROM ledger.payment_in_stead AS made
    LEFT JOIN revived_entry AS revived ON revived.entry_id = made.entry_id
    LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.entry_id
), pair AS (
    SELECT made.replaces_entry_id AS entry_id, made.entry_id AS other_id
    FROM made SEMI JOIN revived_entry AS revived ON revived.entry_id = made.replaces_entry_id
    WHERE made.is_in_force
    UNION
    SELECT made.entry_id, made.replaces_entry_id
    FROM made ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.replaces_entry_id
    WHERE made.is_revived
    UNION
    SELECT mine.entry_id, max(made.entry_id)
    FROM made AS mine
    JOIN made ON made.replaces_entry_id = mine.replaces_entry_id AND made.replaces_line_number = mine.replaces_line_number
    JOIN ledger.posting AS paid ON paid.entry_id = mine.replaces_entry_id AND paid.line_number = mine.replaces_line_number
    WHERE mine.is_revived AND made.entry_id <> mine.entry_id AND (made.is_in_force OR made.is_revived)
    GROUP BY mine.entry_id, mine.company_amount, paid.debit_amount, paid.credit_amount
    HAVING sum(made.company_amount) + mine.company_amount > paid.debit_amount + paid.credit_amount
)
SELECT pair.entry_id, pair.other_id, manual.correction_id
FROM pair
LEFT JOIN ledger.manual_entry AS manual ON manual.entry_id = pair.other_id
ORDER BY pair.entry_id, pair.other_id
