-- Grain: one row. Inputs: the ledger's tables. What stands in the ledger as a whole.
-- A finding is open while it belongs to the file's last attempt and nothing resolved it.
WITH open_finding AS (
    SELECT finding.severity
    FROM ledger.finding
    LEFT JOIN ledger.file_import ON file_import.import_id = finding.import_id
    WHERE finding.resolution IS NULL
      AND (finding.import_id IS NULL OR finding.attempt = file_import.attempt)
)
SELECT (SELECT count(*) FROM ledger.journal_entry) AS entry_count,
       (SELECT count(*) FROM ledger.posting) AS posting_count,
       (SELECT count(*) FROM ledger.open_item WHERE status = 'open') AS open_item_count,
       (SELECT count(*) FROM ledger.open_item WHERE status = 'closed') AS closed_item_count,
       (SELECT count(*) FROM ledger.open_item WHERE status = 'withdrawn') AS withdrawn_item_count,
       (SELECT count(*) FROM ledger.posting ANTI JOIN ledger.reversed_entry USING (entry_id)
        WHERE unlinked_reason IS NOT NULL) AS unlinked_payment_count,
       (SELECT count(*) FROM open_finding WHERE severity = 'ERROR') AS open_error_count,
       (SELECT count(*) FROM open_finding WHERE severity = 'WARN') AS open_warning_count,
       (SELECT max(version) FROM ledger.reference_file) AS reference_version
