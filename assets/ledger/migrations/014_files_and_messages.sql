-- Grain: one member of a delivered archive that is no document and was left out; the last look at the archive counts.
CREATE TABLE ledger.left_out_file (
    delivery_id BIGINT NOT NULL,
    source_file VARCHAR NOT NULL,
    PRIMARY KEY (delivery_id, source_file)
);
