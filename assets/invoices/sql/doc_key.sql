-- Grain: one document that is registered now, with the key of its registration, which no other has, and the stem of the keys of its
-- open items: FA, year and twelve characters of the key's hash. Inputs: doc_state, doc_identity, ledger.registration,
-- ledger.document. The key is the identity; a document of which a person said that it is another one than those that had the
-- identity before gets the next number behind it. A document keeps key and stem for ever, whatever becomes of its registrations.
-- Should two keys have one hash, or an item of another source the key, the later document's number joins it.
CREATE OR REPLACE TEMP TABLE doc_key AS
WITH registered AS (
    SELECT state.document_id, state.file_number, state.position, identity.identity_key, identity.document_date
    FROM doc_state AS state
    JOIN doc_identity AS identity USING (document_id)
    WHERE state.status = 'registered'
), earlier AS (
    SELECT document_id, identity_key, coalesce(registration_key, undone_key) AS key
    FROM ledger.registration SEMI JOIN registered USING (identity_key)
), own AS (
    SELECT document_id, identity_key, min(key) AS key FROM earlier GROUP BY document_id, identity_key
), used AS (
    SELECT identity_key, count(DISTINCT document_id) AS document_count FROM earlier GROUP BY identity_key
), numbered AS (
    SELECT registered.*, own.key AS own_key,
           coalesce(used.document_count, 0) + row_number() OVER (PARTITION BY registered.identity_key, own.key IS NULL ORDER BY file_number, position) AS number
    FROM registered
    LEFT JOIN own USING (document_id, identity_key)
    LEFT JOIN used ON used.identity_key = registered.identity_key
), keyed AS (
    SELECT document_id, identity_key, document_date, file_number, position,
           coalesce(own_key, identity_key || CASE WHEN number > 1 THEN '|' || number ELSE '' END) AS registration_key
    FROM numbered
), stemmed AS (
    SELECT keyed.*, stored.item_key_stem AS own_stem, 'FA' || year(keyed.document_date) || '-' || upper(substr(sha256(keyed.registration_key), 1, 12)) AS stem
    FROM keyed LEFT JOIN ledger.document AS stored USING (document_id)
)
SELECT document_id, identity_key, registration_key,
       CASE WHEN own_stem IS NOT NULL THEN own_stem
            WHEN row_number() OVER (PARTITION BY own_stem IS NULL, stem ORDER BY file_number, position) > 1
                 OR stem IN (SELECT item_key_stem FROM ledger.document WHERE item_key_stem IS NOT NULL)
                 OR stem IN (SELECT left(open_item_key, 19) FROM ledger.open_item WHERE origin <> 'invoice' AND starts_with(open_item_key, 'FA'))
            THEN left(stem, 7) || upper(substr(sha256(concat_ws('|', registration_key, CAST(document_id AS VARCHAR))), 1, 12))
            ELSE stem END AS item_key_stem
FROM stemmed
