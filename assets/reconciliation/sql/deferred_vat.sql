-- VAT that is due when an invoice is paid.

-- name: deferred_vat
-- Grain: one deferred VAT, by its two accounts, of an invoice or an opening item of which something is paid now; key
-- (group_id, deferred_account_code, vat_account_code). group_id is the entry that registered the invoice, or minus the
-- item. deferred_amount is + where a payment debits the account of VAT. The accounts of an invoice are those of its
-- registration. Inputs: new_settlement, item_deferred_vat, ledger.open_item, ledger.registration,
-- ledger.registration_part, ledger.vat_code, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE deferred_vat AS
WITH item AS (
    SELECT item.* FROM ledger.open_item AS item SEMI JOIN new_settlement USING (item_id)
), registered AS (
    SELECT registration.*
    FROM ledger.registration AS registration
    WHERE registration.undone_at IS NULL AND registration.entry_id IN (SELECT opened_by_entry_id FROM item)
), version_then AS (
    SELECT registered.registration_id, max(file.version) AS version
    FROM registered
    JOIN ledger.reference_file AS file ON file.file_name = 'vat_codes.csv'
      AND file.version <= registered.reference_version
    GROUP BY registered.registration_id
), invoice_part AS (
    SELECT registered.entry_id, part.deferred_amount, code.second_account_code AS deferred_account_code,
           code.vat_account_code
    FROM registered
    JOIN version_then USING (registration_id)
    JOIN ledger.registration_part AS part USING (registration_id)
    JOIN ledger.vat_code AS code
      ON code.version = version_then.version AND code.vat_code = part.vat_code
     AND (code.company_code IS NULL OR code.company_code = registered.company_code)
    WHERE part.deferred_amount <> 0
    QUALIFY row_number() OVER (PARTITION BY part.registration_id, part.ordinal ORDER BY code.company_code IS NULL) = 1
), part AS (
    SELECT entry_id AS group_id, deferred_account_code, vat_account_code,
           CAST(sum(deferred_amount) AS DECIMAL(18,4)) AS deferred_amount
    FROM invoice_part GROUP BY ALL
    UNION ALL
    SELECT -item.item_id, vat.deferred_account_code, vat.vat_account_code,
           CASE WHEN item.side = 'credit' THEN vat.deferred_amount ELSE -vat.deferred_amount END
    FROM item
    JOIN item_deferred_vat AS vat ON vat.company_code = item.company_code AND vat.open_item_key = item.open_item_key
    WHERE item.origin = 'opening'
)
SELECT group_id, deferred_account_code, vat_account_code, deferred_amount
FROM part
WHERE deferred_amount <> 0 AND deferred_account_code IS NOT NULL AND vat_account_code IS NOT NULL

-- name: deferred_member
-- Grain: one open item of an invoice (every instalment of it) or of its own, whose VAT becomes due in proportion.
-- Inputs: deferred_vat, ledger.open_item, company, currency_digits.
CREATE OR REPLACE TEMP TABLE deferred_member AS
WITH member AS (
    SELECT opened_by_entry_id AS group_id, item_id, company_code, original_amount, settled_amount
    FROM ledger.open_item WHERE opened_by_entry_id IN (SELECT group_id FROM deferred_vat)
    UNION ALL
    SELECT -item_id, item_id, company_code, original_amount, settled_amount
    FROM ledger.open_item WHERE item_id IN (SELECT -group_id FROM deferred_vat)
)
SELECT member.*, company.currency_code AS company_currency_code,
       CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS minor_unit
FROM member
JOIN company ON company.company_code = member.company_code
LEFT JOIN currency_digits AS digits ON digits.currency_code = company.currency_code

-- name: generate_deferred_vat
-- Grain: one posting of deferred VAT that becomes due with a payment: from the account where it waits to that of VAT
-- (D20). A payment makes its share due, in proportion to all instalments of the invoice, rounded half up; the one after
-- which nothing is left makes the rest due, also that of what people settled by hand. What is withheld with a payment
-- counts as paid. What became due before counts unless its entry is reversed. Inputs: deferred_vat, deferred_member,
-- new_settlement, generated_posting (withholding), ledger.posting_rule_use, ledger.reversed_entry, ledger.settlement.
INSERT INTO generated_posting
WITH settled AS (
    SELECT line_number, item_id, applied_amount AS amount FROM new_settlement
    UNION ALL
    SELECT line_number, item_id, settled_amount FROM generated_posting WHERE settled_amount IS NOT NULL
), paid AS (
    SELECT line_number, item_id, sum(amount) AS amount FROM settled GROUP BY line_number, item_id
), by_hand AS (
    SELECT member.group_id, sum(settlement.amount) AS amount
    FROM ledger.settlement AS settlement
    JOIN deferred_member AS member ON member.item_id = settlement.item_id
    WHERE settlement.undone_at IS NULL AND settlement.import_id IS NULL
    GROUP BY member.group_id
), whole AS (
    SELECT group_id, sum(original_amount) AS original_amount, sum(settled_amount) AS settled_amount
    FROM deferred_member GROUP BY group_id
), line AS (
    SELECT paid.line_number, paid.item_id, paid.amount, member.group_id, member.company_currency_code,
           member.minor_unit, whole.original_amount,
           whole.settled_amount + sum(paid.amount) OVER (PARTITION BY member.group_id ORDER BY paid.line_number)
               AS settled_after
    FROM paid
    JOIN deferred_member AS member ON member.item_id = paid.item_id
    JOIN whole ON whole.group_id = member.group_id
), released AS (
    SELECT member.group_id, made.counter_account_code AS deferred_account_code, made.account_code AS vat_account_code,
           sum(made.amount) AS amount
    FROM ledger.posting_rule_use AS made
    JOIN deferred_member AS member ON member.item_id = made.item_id
    ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.entry_id
    WHERE made.posting_rule = 'deferred_vat'
    GROUP BY ALL
), share AS (
    SELECT line.*, vat.deferred_account_code, vat.vat_account_code, sign(vat.deferred_amount) AS direction,
           abs(vat.deferred_amount) AS deferred_amount,
           least(sign(vat.deferred_amount) * coalesce(released.amount, 0), abs(vat.deferred_amount)) AS released_amount,
           share_of(abs(vat.deferred_amount), line.amount, line.original_amount, line.minor_unit) AS share_amount,
           share_of(abs(vat.deferred_amount), coalesce(by_hand.amount, 0), line.original_amount, line.minor_unit)
               AS by_hand_share
    FROM line
    JOIN deferred_vat AS vat ON vat.group_id = line.group_id
    LEFT JOIN by_hand ON by_hand.group_id = line.group_id
    LEFT JOIN released
           ON released.group_id = vat.group_id AND released.deferred_account_code = vat.deferred_account_code
          AND released.vat_account_code = vat.vat_account_code
), reached AS (
    SELECT *, CASE WHEN settled_after = original_amount THEN deferred_amount
                   ELSE least(released_amount + sum(share_amount) OVER in_order, deferred_amount) END AS reached_amount
    FROM share
    WINDOW in_order AS (PARTITION BY group_id, deferred_account_code, vat_account_code ORDER BY line_number)
), due AS (
    SELECT *, CAST(direction * (reached_amount - coalesce(lag(reached_amount) OVER in_order, released_amount))
                   AS DECIMAL(18,4)) AS due_amount
    FROM reached
    WINDOW in_order AS (PARTITION BY group_id, deferred_account_code, vat_account_code ORDER BY line_number)
), stated AS (
    SELECT *, CASE WHEN settled_after = original_amount
                        THEN nullif(greatest(least(abs(due_amount) - share_amount, by_hand_share), 0), 0) END
              AS by_hand_amount
    FROM due
)
SELECT line_number, 30, 'deferred_vat', item_id, vat_account_code, deferred_account_code, due_amount,
       company_currency_code,
       due_amount, NULL, NULL, by_hand_amount
FROM stated WHERE due_amount <> 0
UNION ALL
SELECT line_number, 31, 'deferred_vat', item_id, deferred_account_code, vat_account_code, -due_amount,
       company_currency_code,
       -due_amount, NULL, NULL, by_hand_amount
FROM stated WHERE due_amount <> 0
