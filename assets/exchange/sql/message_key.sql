-- Grain: one message and one file that it may be about: the one that it names, and those that other messages with its identifier
-- name, since an answer of a customer names the identifier only. Input: ledger.exchange_message.
CREATE OR REPLACE TEMP TABLE message_key AS
SELECT exchange_message_id, file_key FROM ledger.exchange_message WHERE file_key IS NOT NULL
UNION
SELECT message.exchange_message_id, other.file_key
FROM ledger.exchange_message AS message
JOIN ledger.exchange_message AS other ON other.sdi_identifier = message.sdi_identifier
WHERE other.file_key IS NOT NULL
