-- Grain: one row: what a file of sales invoices holds, and what of it was in the ledger before by another file. Inputs: sale,
-- sales_row, sale_state, sale_finding; $import_id. done_count is what is in the ledger or rightly not.
SELECT (SELECT count(*) FROM sales_row) AS line_count, (SELECT count(*) FROM sale) AS movement_count,
       (SELECT count(*) FROM sale_state AS state JOIN sale USING (position)
        WHERE state.status = 'repeated' AND sale.known_import_id IS DISTINCT FROM $import_id) AS repeated_count,
       (SELECT count(*) FROM sale_state WHERE status <> 'kept_out') AS done_count,
       (SELECT coalesce(sum(finding_count), 0)::BIGINT FROM sale_finding WHERE severity = 'ERROR') AS error_count,
       (SELECT coalesce(sum(finding_count), 0)::BIGINT FROM sale_finding WHERE severity = 'WARN') AS warning_count
