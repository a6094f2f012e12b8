-- Grain: one message and one received file with documents that it accompanies, not noted yet: only data of a file (MT), an
-- answer that we gave ourselves (EC, SE) and the end of its time (DT) can be about one. Inputs: message_key,
-- ledger.exchange_message, ledger.file_import, ledger.exchange_match; $now.
INSERT INTO ledger.exchange_match BY NAME
WITH open_message AS (
    SELECT named.exchange_message_id, named.file_key
    FROM message_key AS named
    JOIN ledger.exchange_message AS message USING (exchange_message_id)
    WHERE message.message_kind IN ('MT', 'EC', 'SE', 'DT')
      AND NOT EXISTS (SELECT 1 FROM ledger.exchange_match AS known
                      WHERE known.exchange_message_id = message.exchange_message_id AND known.subject_kind = 'received')
)
SELECT DISTINCT message.exchange_message_id, 'received' AS subject_kind, import.import_id AS subject_id, $now AS matched_at
FROM open_message AS message
JOIN (SELECT import_id, sent_file_key(source_file) AS file_key
      FROM ledger.file_import
      WHERE source_kind = 'invoice' AND movement_count > 0) AS import USING (file_key)
