-- Sync of booked sales invoices with accounting programs. Times are UTC. No secret ever stands here.

-- Grain: one booked sales invoice that was ever reserved for a program. state: reserved (nothing was sent) | pending
-- (noted before the call; may have been sent) | booked | rejected (the program or we refused; nothing was booked) |
-- unknown (the answer was lost; settled by reading back). error_code stands in assets/sync/sync_errors.csv.
-- drift_code: what reading back found that differs from what was sent, if anything.
CREATE TABLE ledger.sync_outbox (
    invoice_id          BIGINT PRIMARY KEY,
    company_code        VARCHAR NOT NULL,
    program             VARCHAR NOT NULL,
    state               VARCHAR NOT NULL,
    run_id              VARCHAR NOT NULL,
    attempt_count       INTEGER NOT NULL,
    reserved_at         TIMESTAMP NOT NULL,
    pending_at          TIMESTAMP,
    booked_at           TIMESTAMP,
    journal_code        VARCHAR,
    customer_id         VARCHAR,
    program_id          VARCHAR,
    registration_number VARCHAR,
    error_code          VARCHAR,
    error_detail        VARCHAR,
    checked_at          TIMESTAMP,
    drift_code          VARCHAR,
    drift_detail        VARCHAR
);

-- Grain: one thing that happened to an invoice in the outbox. Append only: the history behind sync_outbox.
CREATE TABLE ledger.sync_event (
    invoice_id          BIGINT NOT NULL,
    happened_at         TIMESTAMP NOT NULL,
    run_id              VARCHAR NOT NULL,
    program             VARCHAR NOT NULL,
    state               VARCHAR NOT NULL,
    registration_number VARCHAR,
    error_code          VARCHAR,
    error_detail        VARCHAR
);

-- Grain: one customer that a sync made in a program. Append only.
CREATE TABLE ledger.sync_customer (
    company_code  VARCHAR NOT NULL,
    program       VARCHAR NOT NULL,
    customer_code VARCHAR NOT NULL,
    customer_id   VARCHAR NOT NULL,
    run_id        VARCHAR NOT NULL,
    created_at    TIMESTAMP NOT NULL
);

-- Grain: one error of a sync that is about no single invoice: a program that does not answer, a code that it lacks.
-- Append only; those of a company's last sync are the present ones.
CREATE TABLE ledger.sync_problem (
    company_code VARCHAR NOT NULL,
    program      VARCHAR NOT NULL,
    run_id       VARCHAR NOT NULL,
    found_at     TIMESTAMP NOT NULL,
    error_code   VARCHAR NOT NULL,
    error_detail VARCHAR NOT NULL
);

-- Grain: one registration number of our own (protocollo): without gaps per company, journal and year of the
-- document, from 1; an invoice has one at most.
CREATE TABLE ledger.protocol_number (
    company_code    VARCHAR NOT NULL,
    journal_code    VARCHAR NOT NULL,
    protocol_year   INTEGER NOT NULL,
    protocol_number BIGINT NOT NULL,
    invoice_id      BIGINT NOT NULL UNIQUE,
    PRIMARY KEY (company_code, journal_code, protocol_year, protocol_number)
);

CREATE TABLE ledger.sync_code (
    version BIGINT NOT NULL, company_code VARCHAR NOT NULL, code_kind VARCHAR NOT NULL, our_code VARCHAR NOT NULL,
    program_code VARCHAR NOT NULL
);
