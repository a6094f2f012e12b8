-- Grain: one entry to be reversed, with the number of its reversal. Input: reversal; $posting_date (null = the date of the reversed
-- entry).
SELECT entry_id, reversal_entry_id, CAST($posting_date AS DATE) AS posting_date FROM reversal
