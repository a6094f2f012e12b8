-- What an e-invoice says beside the amounts that are posted: its type as its own format names it, who is paid, until when less may
-- be paid, and other due dates. A document that was stored before has none of it.

ALTER TABLE ledger.document ADD COLUMN type_code VARCHAR;

-- Who is paid, where the document names one: BG-10 of EN 16931, Beneficiario of FatturaPA. payee_identifiers: numbers with their
-- schemes, such as `0088 4000000000001, VAT DE999999026`.
ALTER TABLE ledger.document ADD COLUMN payee_name VARCHAR;
ALTER TABLE ledger.document ADD COLUMN payee_identifiers VARCHAR;
ALTER TABLE ledger.document ADD COLUMN payee_ibans VARCHAR;

-- Grain: one condition under which less may be paid, as the document has it. discount_date is the last day for it; discount_pct and
-- discount_amount are what is taken off, discounted_amount what is left, in the document's currency.
CREATE TABLE ledger.document_condition (
    document_id       BIGINT NOT NULL,
    ordinal           INTEGER NOT NULL,
    discount_date     DATE,
    discount_days     INTEGER,
    discount_pct      DECIMAL(9,4),
    discount_amount   DECIMAL(18,4),
    discounted_amount DECIMAL(18,4),
    description       VARCHAR,
    PRIMARY KEY (document_id, ordinal)
);

-- Grain: one date that a document states for its payment and that is not the due date of an instalment. field: path of its element.
CREATE TABLE ledger.document_other_date (
    document_id BIGINT NOT NULL,
    ordinal     INTEGER NOT NULL,
    field       VARCHAR NOT NULL,
    other_date  DATE NOT NULL,
    PRIMARY KEY (document_id, ordinal)
);
