-- Grain: one kind of message, with how many there are, and how many of them these runs brought. Inputs: ledger.exchange_message,
-- ledger.file_import; $run_id.
SELECT message.message_kind, count(*) AS message_count, count(*) FILTER (import.run_id = $run_id AND import.attempt = 1) AS new_count
FROM ledger.exchange_message AS message
JOIN ledger.file_import AS import USING (import_id)
GROUP BY message.message_kind
ORDER BY message.message_kind
