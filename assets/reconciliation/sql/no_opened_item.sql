-- Grain: as opened_item, where no line opens an item: none.
CREATE OR REPLACE TEMP TABLE opened_item (
    line_number BIGINT, posting_rule VARCHAR, origin VARCHAR, reopens_item_id BIGINT, account_code VARCHAR,
    open_item_key VARCHAR, document_number VARCHAR, document_date DATE, due_date DATE, currency_code VARCHAR,
    original_amount DECIMAL(18,4), description VARCHAR, entry_id BIGINT, company_code VARCHAR, side VARCHAR,
    original_company_amount DECIMAL(18,4), item_id BIGINT
)
