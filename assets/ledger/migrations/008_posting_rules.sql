-- Posting rules of treasury traces, and the special cases of payments: each table of reference data has the version
-- of its file, append only. A blank company_code means every company. Amounts are above zero.

-- posting_rule: payment_order | unpaid | forecast. account_code: the transit account of unpaid items; due_days: days
-- from the operation date to the new due date.
CREATE TABLE ledger.posting_rule (
    version BIGINT NOT NULL, company_code VARCHAR, accounting_reason_code VARCHAR NOT NULL,
    posting_rule VARCHAR NOT NULL, account_code VARCHAR, due_days INTEGER NOT NULL
);

-- What is to be withheld when an opening item is paid, in the company's currency, and where it is owed.
CREATE TABLE ledger.item_withholding (
    version BIGINT NOT NULL, company_code VARCHAR NOT NULL, open_item_key VARCHAR NOT NULL,
    withholding_amount DECIMAL(18,4) NOT NULL, account_code VARCHAR NOT NULL
);

-- The VAT of an opening item that becomes due when it is paid, in the company's currency.
CREATE TABLE ledger.item_deferred_vat (
    version BIGINT NOT NULL, company_code VARCHAR NOT NULL, open_item_key VARCHAR NOT NULL,
    deferred_amount DECIMAL(18,4) NOT NULL, deferred_account_code VARCHAR NOT NULL,
    vat_account_code VARCHAR NOT NULL
);

-- Grain: one posting that a rule made (is_generated) or about which a rule decided; key (entry_id, line_number).
-- posting_rule: exchange_difference | withholding | deferred_vat | payment_order | unpaid | forecast.
-- source_line_number is the posting of the line that caused it (itself, if the rule made nothing). item_id is the item
-- that it is about. amount is + debit, - credit, in the company's currency. counter_account_code is the account of
-- its counterpart; null where the rule made nothing.
CREATE TABLE ledger.posting_rule_use (
    entry_id             BIGINT NOT NULL,
    line_number          INTEGER NOT NULL,
    posting_rule         VARCHAR NOT NULL,
    is_generated         BOOLEAN NOT NULL,
    source_line_number   INTEGER NOT NULL,
    item_id              BIGINT,
    account_code         VARCHAR NOT NULL,
    counter_account_code VARCHAR,
    amount               DECIMAL(18,4) NOT NULL,
    PRIMARY KEY (entry_id, line_number)
);

-- Grain: one item that was opened since the payment of another turned out unpaid; key item_id.
CREATE TABLE ledger.reopened_item (
    item_id          BIGINT PRIMARY KEY,
    reopens_item_id  BIGINT NOT NULL
);

-- Grain: one settlement, undone ones included, with what of its posting it links, in the company's currency. That is what it
-- settles of the item, but for a booked exchange difference: that stands in a posting of its own on the item's account.
CREATE VIEW ledger.settlement_link AS
SELECT settlement.settlement_id, settlement.item_id, settlement.entry_id, settlement.line_number, settlement.undone_at,
       CAST(settlement.amount_company_currency - coalesce(difference.amount, 0) AS DECIMAL(18,4)) AS linked_amount
FROM ledger.settlement AS settlement
LEFT JOIN (
    SELECT made.entry_id, made.source_line_number, made.item_id,
           sum(CASE WHEN item.side = 'credit' THEN made.amount ELSE -made.amount END) AS amount
    FROM ledger.posting_rule_use AS made
    JOIN ledger.open_item AS item ON item.item_id = made.item_id AND item.account_code = made.account_code
    WHERE made.posting_rule = 'exchange_difference' AND made.is_generated
    GROUP BY made.entry_id, made.source_line_number, made.item_id
) AS difference
    ON difference.entry_id = settlement.entry_id AND difference.source_line_number = settlement.line_number
   AND difference.item_id = settlement.item_id AND settlement.import_id IS NOT NULL;
