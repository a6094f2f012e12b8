-- Keys of partitions begin with what tells them apart in a box that cuts them off: the day on which the file came, and a number.

-- Grain: one partition key that was drawn: that of a file of traces or sales invoices, or of a delivery of e-invoices (source_kind
-- invoice). drawn_date is the day in the zone of the books, day_number counts over all inboxes. file_key follows from the name and content of
-- the file alone, and is its partition key if it came before keys were drawn: such a key has no row here. file_key and content_sha256 are
-- null for a delivery of single files. Append only.
CREATE TABLE ledger.drawn_key (
    partition_key  VARCHAR PRIMARY KEY,
    source_kind    VARCHAR NOT NULL,
    drawn_date     DATE NOT NULL,
    day_number     BIGINT NOT NULL,
    file_key       VARCHAR,
    content_sha256 VARCHAR,
    drawn_at       TIMESTAMP NOT NULL,
    UNIQUE (drawn_date, day_number),
    UNIQUE (source_kind, file_key)
);

-- Deliveries of single files had such keys before, and a counter of their own.
INSERT INTO ledger.drawn_key
SELECT delivery_key, 'invoice', CAST(left(delivery_key, 10) AS DATE), CAST(split_part(delivery_key, '.', 2) AS BIGINT), NULL, NULL, received_at
FROM ledger.delivery
WHERE delivery_kind = 'files' AND regexp_full_match(delivery_key, '[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9]{3,6}')
ORDER BY delivery_id;
