-- Whether an IBAN of a document is the supplier's is a question to a person (R13).

-- Grain: one IBAN (in capitals, without blanks) of a document that deserves a look: its check sum is wrong, it is another supplier's, or
-- another than that of the registry. It stands in the document found_in_document_id as iban_text: in this one, or in one that repeats it.
-- expected is what the finding says. is_holding: it holds the open items of the document (hold_reason) until somebody answers.
CREATE TABLE ledger.doubtful_iban (
    document_id          BIGINT NOT NULL,
    found_in_document_id BIGINT NOT NULL,
    iban                 VARCHAR NOT NULL,
    iban_text            VARCHAR NOT NULL,
    expected             VARCHAR NOT NULL,
    remedy               VARCHAR NOT NULL,
    is_holding           BOOLEAN NOT NULL,
    PRIMARY KEY (document_id, iban)
);

-- Grain: one answer about an IBAN of a document. is_confirmed: it is the supplier's (counterparty_code), in every document of
-- his; else the document is paid to another account. undone_at is set while it does not count. Append only but for that column.
CREATE TABLE ledger.iban_answer (
    answer_id         BIGINT PRIMARY KEY,
    document_id       BIGINT NOT NULL,
    counterparty_code VARCHAR,
    iban              VARCHAR NOT NULL,
    is_confirmed      BOOLEAN NOT NULL,
    correction_id     BIGINT NOT NULL,
    answered_by       VARCHAR NOT NULL,
    reason            VARCHAR NOT NULL,
    answered_at       TIMESTAMP NOT NULL,
    undone_at         TIMESTAMP
);

INSERT INTO ledger.doubtful_iban
SELECT document.document_id, document.document_id, regexp_replace(upper(finding.raw_value), '[^A-Z0-9]', '', 'g') AS iban, min(finding.raw_value), min(finding.expected),
       'Ask the supplier by a way that you know. `partita confirm-iban D' || document.document_id || ' --reason ...` if the IBAN is theirs; with '
       || '`--known-account` if you pay to another account that you know.', false
FROM ledger.finding AS finding
JOIN ledger.document AS document
  ON document.import_id = finding.import_id AND finding.movement_reference = CAST(document.document_id AS VARCHAR)
WHERE finding.finding_code = 'R13' AND finding.resolution IS NULL AND finding.raw_value IS NOT NULL
GROUP BY document.document_id, iban
HAVING iban <> '';
