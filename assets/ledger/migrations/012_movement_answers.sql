-- Movements that no number tells apart: without numerator and entry, or twice in one file. Whether one is in the ledger already
-- is a question to a person (D12).

-- Grain: one journal entry of a movement without numerator and entry. equality_hash is the same for two movements that are equal:
-- company, day, and the accounts, amounts, currencies, item keys and flags of their lines, in any order. Append only.
CREATE TABLE ledger.unnumbered_movement (
    entry_id      BIGINT PRIMARY KEY,
    equality_hash VARCHAR NOT NULL
);

-- Grain: one import of a trace that has such movements and whose every field could be read. wording_hash is the same for two files
-- that say the same, line by line, whatever their form, encoding or line ends.
CREATE TABLE ledger.trace_wording (
    import_id    BIGINT PRIMARY KEY,
    wording_hash VARCHAR NOT NULL
);

-- Grain: one answer about a movement of a file (import_id, company_code, progressive), whose first line is line_number. answer: same
-- (it is in the ledger by another file, or by another movement of this one) | another (it is to be posted). correction_id
-- is null where Partita knew by itself, since the file is the corrected form of one that brought the movement.
-- equality_hash as in unnumbered_movement; null where the movement has a number. An answer that was withdrawn counts no more.
CREATE TABLE ledger.movement_answer (
    answer_id     BIGINT PRIMARY KEY,
    import_id     BIGINT NOT NULL,
    company_code  VARCHAR NOT NULL,
    progressive   VARCHAR NOT NULL,
    line_number   BIGINT NOT NULL,
    answer        VARCHAR NOT NULL,
    equality_hash VARCHAR,
    correction_id BIGINT,
    answered_at   TIMESTAMP NOT NULL,
    withdrawn_at  TIMESTAMP
);

-- Grain: one journal entry of a movement that waits for an answer again, since the answer that posted it was undone. The entry
-- is reversed. A row goes when the undoing is undone.
CREATE TABLE ledger.withdrawn_movement (
    entry_id BIGINT PRIMARY KEY
);

-- Until now the key of a movement without numerator and entry was the key of row D12 with both left blank; it stays. The third
-- and fourth part of a key are year and entry; the lines that a posting rule added are no lines of the file.
INSERT INTO ledger.unnumbered_movement
SELECT entry_id,
       md5(concat_ws('|', company_code, posting_date) || chr(10) || string_agg(line_text, chr(10) ORDER BY line_text))
FROM (
    SELECT entry.entry_id, entry.company_code, entry.posting_date,
           concat_ws('|', posting.account_code, CAST(posting.debit_amount - posting.credit_amount AS DECIMAL(18,4)),
                     posting.currency_code, CAST(posting.currency_amount AS DECIMAL(18,4)), coalesce(posting.open_item_key, ''),
                     coalesce(posting.settlement_flag, '')) AS line_text
    FROM ledger.journal_entry AS entry
    JOIN ledger.posting AS posting USING (entry_id)
    ANTI JOIN (SELECT entry_id, line_number FROM ledger.posting_rule_use WHERE is_generated) AS generated
      ON generated.entry_id = posting.entry_id AND generated.line_number = posting.line_number
    WHERE entry.entry_kind = 'trace' AND starts_with(entry.movement_key, entry.company_code || '||')
      AND split_part(substring(entry.movement_key, length(entry.company_code) + 3), '|', 2) IN ('', '0')
)
GROUP BY entry_id, company_code, posting_date;
