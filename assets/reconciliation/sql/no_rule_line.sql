-- Grain: as rule_line, where no posting rules are in force: none.
CREATE OR REPLACE TEMP TABLE rule_line (
    line_number BIGINT, accounting_reason_code VARCHAR, posting_rule VARCHAR, due_days INTEGER, item_id BIGINT
)
