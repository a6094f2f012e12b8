-- Grain: one row that a rule found failing. Filled by prepare.apply_rules; empty at the start of a file.
CREATE OR REPLACE TEMP TABLE rule_finding (
    line_number BIGINT, field VARCHAR, finding_code VARCHAR, raw_value VARCHAR, expected VARCHAR
)
