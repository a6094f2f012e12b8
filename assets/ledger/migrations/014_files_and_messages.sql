-- Grain: one member of a delivered archive that is no document and was left out; the last look at the archive counts.
CREATE TABLE ledger.left_out_file (
    delivery_id BIGINT NOT NULL,
    source_file VARCHAR NOT NULL,
    PRIMARY KEY (delivery_id, source_file)
);

-- Grain: one file under which a sales invoice was sent to the exchange system; a corrected one is sent under another name, or
-- under the same. file_key is the name without case and endings, by which messages are matched.
CREATE TABLE ledger.sales_transmission (
    invoice_id    BIGINT NOT NULL,
    file_key      VARCHAR NOT NULL,
    sdi_file_name VARCHAR NOT NULL,
    import_id     BIGINT NOT NULL,
    noted_at      TIMESTAMP NOT NULL,
    PRIMARY KEY (invoice_id, file_key)
);

-- E-invoices that were dropped as they were sent bear that name.
INSERT INTO ledger.sales_transmission
SELECT invoice.invoice_id, file_key, import.source_file, invoice.import_id, invoice.received_at
FROM ledger.sales_invoice AS invoice
JOIN (SELECT *, regexp_replace(lower(trim(source_file)), '(\.xml)?(\.(p7m|pk7|p7c|p7s|p7b))*$', '') AS file_key
      FROM ledger.file_import
      WHERE source_kind = 'sales' AND reader_name IN ('fatturapa', 'ubl', 'cii')) AS import USING (import_id)
WHERE file_key <> '';

-- Grain: one message of the exchange system for ever, however often and in whatever envelope it came; import_id is the file
-- that brought it first. message_kind: NS | RC | MC | EC | SE | NE | DT | AT | MT. file_key is that of the file which the message
-- names, else that of its own name. outcome_code: EC01 (accepted) | EC02 (refused). happened_at: when the exchange system
-- received the file.
CREATE TABLE ledger.exchange_message (
    exchange_message_id BIGINT PRIMARY KEY,
    content_sha256      VARCHAR NOT NULL UNIQUE,
    import_id           BIGINT NOT NULL,
    message_kind        VARCHAR NOT NULL,
    sdi_identifier      VARCHAR,
    sdi_file_name       VARCHAR,
    file_key            VARCHAR,
    outcome_code        VARCHAR,
    document_number     VARCHAR,
    document_year       INTEGER,
    detail              VARCHAR,
    happened_at         TIMESTAMP,
    received_at         TIMESTAMP NOT NULL
);

-- Grain: one thing that a message is about. subject_kind: sales (subject_id is an invoice_id of sales_invoice) | received
-- (subject_id is an import_id, that of the file of a received e-invoice).
CREATE TABLE ledger.exchange_match (
    exchange_message_id BIGINT NOT NULL,
    subject_kind        VARCHAR NOT NULL,
    subject_id          BIGINT NOT NULL,
    matched_at          TIMESTAMP NOT NULL,
    PRIMARY KEY (exchange_message_id, subject_kind, subject_id)
);
