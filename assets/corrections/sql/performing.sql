-- How the ledger differs by a correction.

-- name: difference_counts
-- Grain: one row: how much a correction changed. Inputs: ledger.correction_effect; $correction_id.
SELECT count(*) FILTER (effect_kind IN ('entry_made', 'movement_posted')) AS entry_count,
       count(*) FILTER (effect_kind = 'settlement_made') AS settlement_made_count,
       count(*) FILTER (effect_kind = 'settlement_undone') AS settlement_undone_count,
       count(*) FILTER (effect_kind = 'item_opened') AS item_opened_count,
       count(*) FILTER (effect_kind = 'item_withdrawn') AS item_withdrawn_count
FROM ledger.correction_effect
WHERE correction_id = $correction_id

-- name: difference_postings
-- Grain: one posting of the entries that a correction made, or that a file posted since its question was answered.
-- Inputs: ledger.correction_effect, ledger.posting; $correction_id, $limit. Order: entry and line.
SELECT posting.entry_id, posting.line_number, posting.company_code, posting.account_code, posting.posting_date,
       posting.debit_amount, posting.credit_amount, posting.company_currency_code, posting.open_item_key,
       posting.description
FROM ledger.correction_effect AS effect
JOIN ledger.posting AS posting ON posting.entry_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('entry_made', 'movement_posted')
ORDER BY posting.entry_id, posting.line_number
LIMIT $limit

-- name: difference_items
-- Grain: one open item that a correction changed, before and after. An item that was opened or withdrawn has no
-- residual on the other side; one that was both and is open had all of another life left. What a file settled since its
-- question was answered is among it. Inputs: ledger.correction_effect, ledger.settlement, ledger.open_item,
-- ledger.item_life; $correction_id, $limit. Order: company, key.
WITH settled AS (
    SELECT item_id, sum(amount) AS amount
    FROM (
        SELECT settlement.item_id,
               CASE WHEN effect.effect_kind = 'settlement_made' THEN settlement.amount
                    ELSE -settlement.amount END AS amount
        FROM ledger.correction_effect AS effect
        JOIN ledger.settlement AS settlement ON settlement.settlement_id = effect.object_id
        WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('settlement_made', 'settlement_undone')
        UNION ALL
        SELECT settlement.item_id, settlement.amount
        FROM ledger.correction_effect AS effect
        JOIN ledger.settlement AS settlement ON settlement.entry_id = effect.object_id
        WHERE effect.correction_id = $correction_id AND effect.effect_kind = 'movement_posted'
    )
    GROUP BY item_id
), turned AS (
    SELECT object_id AS item_id, bool_or(effect_kind = 'item_opened') AS is_opened,
           bool_or(effect_kind = 'item_withdrawn') AS is_withdrawn
    FROM ledger.correction_effect
    WHERE correction_id = $correction_id AND effect_kind IN ('item_opened', 'item_withdrawn')
    GROUP BY object_id
), other_life AS (
    SELECT item_id, max_by(original_amount, withdrawn_at) AS original_amount
    FROM ledger.item_life SEMI JOIN turned USING (item_id)
    GROUP BY item_id
)
SELECT item.company_code, item.account_code, item.open_item_key, item.currency_code,
       CASE WHEN turned.is_opened AND turned.is_withdrawn AND item.status <> 'withdrawn' THEN other_life.original_amount
            WHEN coalesce(turned.is_opened, false) THEN NULL
            ELSE CAST(item.original_amount - item.settled_amount
                      + coalesce(settled.amount, 0) AS DECIMAL(18,4)) END AS residual_before,
       CASE WHEN turned.is_opened AND turned.is_withdrawn AND item.status <> 'withdrawn' THEN 'open'
            WHEN coalesce(turned.is_opened, false) THEN NULL
            WHEN item.settled_amount - coalesce(settled.amount, 0) = item.original_amount THEN 'closed'
            ELSE 'open' END AS status_before,
       CASE WHEN item.status = 'withdrawn' THEN NULL ELSE item.original_amount
                 - item.settled_amount END AS residual_after,
       item.status AS status_after
FROM (SELECT item_id FROM settled UNION SELECT item_id FROM turned) AS touched
JOIN ledger.open_item AS item USING (item_id)
LEFT JOIN settled USING (item_id)
LEFT JOIN turned USING (item_id)
LEFT JOIN other_life USING (item_id)
ORDER BY item.company_code, item.open_item_key
LIMIT $limit

-- name: difference_payments
-- Grain: one posting that counts and of which a correction changed what is linked, with what is unlinked now. Postings
-- of entries that the correction made itself are left out. Inputs: ledger.correction_effect, ledger.settlement,
-- ledger.payment_item, ledger.posting, ledger.reversed_entry; $correction_id, $limit. Order: entry and line.
WITH touched AS (
    SELECT settlement.entry_id, settlement.line_number
    FROM ledger.correction_effect AS effect
    JOIN ledger.settlement AS settlement ON settlement.settlement_id = effect.object_id
    WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('settlement_made', 'settlement_undone')
    UNION
    SELECT item.entry_id, item.line_number
    FROM ledger.correction_effect AS effect
    JOIN ledger.payment_item AS item ON item.item_id = effect.object_id
    WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('item_opened', 'item_withdrawn')
)
SELECT posting.entry_id, posting.line_number, posting.company_code, posting.account_code, posting.company_currency_code,
       posting.debit_amount + posting.credit_amount AS amount,
       posting.debit_amount + posting.credit_amount - posting.linked_amount AS unlinked_amount,
       posting.unlinked_reason
FROM touched
JOIN ledger.posting AS posting ON posting.entry_id = touched.entry_id AND posting.line_number = touched.line_number
ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = posting.entry_id
ANTI JOIN (
    SELECT object_id AS entry_id FROM ledger.correction_effect
    WHERE correction_id = $correction_id AND effect_kind = 'entry_made'
) AS own ON own.entry_id = posting.entry_id
ORDER BY posting.entry_id, posting.line_number
LIMIT $limit

-- name: difference_imports
-- Grain: one import that a correction deleted, restored or ran again, or of which something is nowhere any more
-- (incomplete). has_left_out: it says now that movements are nowhere, which a rerun posts. Inputs:
-- ledger.correction_effect, ledger.file_import, ledger.finding; $correction_id. Order: import_id.
SELECT import.import_id, import.source_file, import.partition_key, import.status,
       'I' || import.import_id AS import_number,
       EXISTS (SELECT 1 FROM ledger.finding AS finding
               WHERE finding.import_id = import.import_id AND finding.attempt = import.attempt
                 AND finding.finding_code = 'movements_left_out' AND finding.resolution IS NULL) AS has_left_out
FROM ledger.correction_effect AS effect
JOIN ledger.file_import AS import ON import.import_id = effect.object_id
WHERE effect.correction_id = $correction_id
  AND effect.effect_kind IN ('import_deleted', 'import_restored', 'import_rerun', 'import_reopened')
ORDER BY import.import_id

-- name: difference_documents
-- Grain: one document of which a correction undid or restored a registration, with the entry by which it was registered
-- before and is after (null where it was, or is, not registered; status says what it is now) and the deliveries in
-- which it came. Inputs: ledger.correction_effect, ledger.registration, ledger.document, ledger.delivered_file,
-- ledger.delivery; $correction_id. Order: document_id.
WITH turned AS (
    SELECT registration.document_id,
           max(registration.entry_id) FILTER (effect.effect_kind = 'registration_undone') AS entry_before,
           max(registration.entry_id) FILTER (effect.effect_kind = 'registration_restored') AS entry_after
    FROM ledger.correction_effect AS effect
    JOIN ledger.registration AS registration ON registration.registration_id = effect.object_id
    WHERE effect.correction_id = $correction_id
      AND effect.effect_kind IN ('registration_undone', 'registration_restored')
    GROUP BY registration.document_id
)
SELECT turned.document_id, document.document_number, document.status, turned.entry_before, turned.entry_after,
       (SELECT list(delivery.delivery_key ORDER BY delivery.delivery_id)
        FROM ledger.delivered_file AS file JOIN ledger.delivery AS delivery USING (delivery_id)
        WHERE file.import_id = document.import_id) AS delivery_keys
FROM turned
JOIN ledger.document AS document USING (document_id)
ORDER BY turned.document_id

-- name: difference_answers
-- Grain: one answer that a correction gave or withdrew, with the document as it stands and the deliveries in which it
-- came. Inputs: ledger.correction_effect, ledger.document_answer, ledger.document, ledger.delivered_file,
-- ledger.delivery; $correction_id.
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

-- name: difference_movement_answers
-- Grain: one answer that a correction gave, withdrew or restored. Inputs: ledger.correction_effect,
-- ledger.movement_answer, ledger.file_import; $correction_id. Order: import, line.
SELECT import.partition_key, answer.line_number, answer.company_code, answer.answer,
       effect.effect_kind = 'movement_answer_withdrawn' AS is_withdrawn,
       'I' || import.import_id AS import_number
FROM ledger.correction_effect AS effect
JOIN ledger.movement_answer AS answer ON answer.answer_id = effect.object_id
JOIN ledger.file_import AS import USING (import_id)
WHERE effect.correction_id = $correction_id
  AND effect.effect_kind IN ('movement_answered', 'movement_answer_withdrawn', 'movement_answer_restored')
ORDER BY import.import_id, answer.line_number

-- name: difference_ibans
-- Grain: one answer about an IBAN that a correction gave or withdrew, with how many documents of which it speaks are
-- registered or to register, and their open items that may be paid and that are held because of an IBAN, as the ledger
-- stands; expected says why the IBAN was asked about, registry_iban is what the treasury is given. Inputs:
-- ledger.counterparty, ledger.reference_file, ledger.correction_effect, ledger.iban_answer, ledger.doubtful_iban,
-- ledger.document, ledger.registration, ledger.open_item; $correction_id. Order: answer_id.
SELECT answer.document_id, answer.counterparty_code, answer.iban, answer.is_confirmed,
       effect.effect_kind = 'iban_answered' AS is_given,
       (SELECT expected FROM ledger.doubtful_iban AS doubt
        WHERE doubt.document_id = answer.document_id AND doubt.iban = answer.iban) AS expected,
       (SELECT nullif(iban, '') FROM ledger.counterparty AS registry
        WHERE registry.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
          AND registry.counterparty_code = answer.counterparty_code) AS registry_iban,
       count(DISTINCT document.document_id) AS document_count,
       count(DISTINCT item.item_id) FILTER (item.hold_reason IS NULL) AS payable_item_count,
       count(DISTINCT item.item_id) FILTER (item.hold_reason = 'iban') AS held_item_count
FROM ledger.correction_effect AS effect
JOIN ledger.iban_answer AS answer ON answer.answer_id = effect.object_id
LEFT JOIN (
    SELECT doubt.iban, document.document_id, document.counterparty_code
    FROM ledger.doubtful_iban AS doubt JOIN ledger.document AS document USING (document_id)
    WHERE document.status IN ('registered', 'to_register')
) AS document
       ON document.iban = answer.iban
      AND CASE WHEN answer.is_confirmed THEN document.counterparty_code = answer.counterparty_code
               ELSE document.document_id = answer.document_id END
LEFT JOIN ledger.registration AS registration ON registration.document_id = document.document_id
  AND registration.undone_at IS NULL
LEFT JOIN ledger.open_item AS item ON item.opened_by_entry_id = registration.entry_id AND item.status = 'open'
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('iban_answered', 'iban_answer_withdrawn')
GROUP BY answer.answer_id, answer.document_id, answer.counterparty_code, answer.iban, answer.is_confirmed,
         effect.effect_kind
ORDER BY answer.answer_id
