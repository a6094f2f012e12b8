-- Grain: one answer that a correction gave or withdrew, with the document as it stands and the deliveries in which it came. Inputs:
-- ledger.correction_effect, ledger.document_answer, ledger.document, ledger.delivered_file, ledger.delivery; $correction_id.
SELECT answer.document_id, document.document_number, answer.other_document_id, answer.question, answer.answer,
       effect.effect_kind = 'question_answered' AS is_given, answer.status_before, document.status,
       (SELECT list(delivery.delivery_key ORDER BY delivery.delivery_id)
        FROM ledger.delivered_file AS file JOIN ledger.delivery AS delivery USING (delivery_id)
        WHERE file.import_id = document.import_id) AS delivery_keys
FROM ledger.correction_effect AS effect
JOIN ledger.document_answer AS answer ON answer.answer_id = effect.object_id
JOIN ledger.document AS document ON document.document_id = answer.document_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('question_answered', 'answer_withdrawn')
ORDER BY answer.answer_id
