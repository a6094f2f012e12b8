-- Grain: one thing that follows from messages: a sales invoice that was rejected (NS) or refused (EC02) in one transmission, or a
-- message that fits nothing. Inputs: ledger.exchange_message, ledger.exchange_match, ledger.sales_invoice. is_ended: a later
-- transmission of the invoice was accepted, or the message fits by now. Later is by when the exchange system received the files,
-- else by its identifiers, which ascend. The customer's answer may come twice (EC and NE): one transmission, one finding.
-- finding_key is unique for ever, so that nothing is found twice.
CREATE OR REPLACE TEMP TABLE message_finding AS
WITH of_sales AS (
    SELECT message.*, match.subject_id AS invoice_id, TRY_CAST(message.sdi_identifier AS BIGINT) AS transmission_number
    FROM ledger.exchange_message AS message
    JOIN ledger.exchange_match AS match ON match.exchange_message_id = message.exchange_message_id AND match.subject_kind = 'sales'
), accepted AS (
    SELECT * FROM of_sales
    WHERE message_kind IN ('RC', 'MC', 'AT', 'DT', 'MT') OR message_kind IN ('EC', 'NE') AND outcome_code = 'EC01'
), refused AS (
    SELECT *, CASE message_kind WHEN 'NS' THEN 'sales_rejected_by_exchange' ELSE 'sales_refused_by_customer' END AS finding_code
    FROM of_sales
    WHERE message_kind = 'NS' OR message_kind IN ('EC', 'NE') AND outcome_code = 'EC02'
    QUALIFY row_number() OVER (PARTITION BY invoice_id, finding_code, coalesce(sdi_identifier, 'M' || exchange_message_id)
                               ORDER BY exchange_message_id) = 1
)
SELECT refused.exchange_message_id, refused.import_id, refused.finding_code, 'document' AS field,
       concat_ws(' ', refused.message_kind, refused.outcome_code, refused.sdi_identifier, refused.detail) AS raw_value,
       CASE WHEN invoice.is_credit_note THEN 'credit note ' ELSE 'invoice ' END || invoice.document_number || ' of '
       || invoice.document_date || concat(', sent as ' || refused.sdi_file_name)
       || CASE refused.message_kind WHEN 'NS' THEN ', accepted by the exchange system' ELSE ', accepted by the customer' END AS expected,
       invoice.company_code, invoice.document_number,
       invoice.reference || '/' || coalesce(refused.sdi_identifier, 'M' || refused.exchange_message_id) AS finding_key,
       EXISTS (SELECT 1 FROM accepted
               WHERE accepted.invoice_id = refused.invoice_id AND accepted.sdi_identifier IS DISTINCT FROM refused.sdi_identifier
                 AND CASE WHEN accepted.happened_at <> refused.happened_at THEN accepted.happened_at > refused.happened_at
                          ELSE coalesce(accepted.transmission_number > refused.transmission_number, false) END) AS is_ended
FROM refused
JOIN ledger.sales_invoice AS invoice USING (invoice_id)
UNION ALL
SELECT message.exchange_message_id, message.import_id, 'exchange_message_unmatched', 'NomeFile',
       concat_ws(' ', message.message_kind, message.outcome_code, coalesce(message.sdi_file_name, message.sdi_identifier),
                 message.document_number, message.detail),
       NULL, NULL, NULL, 'M' || message.exchange_message_id,
       EXISTS (SELECT 1 FROM ledger.exchange_match AS match WHERE match.exchange_message_id = message.exchange_message_id)
FROM ledger.exchange_message AS message
