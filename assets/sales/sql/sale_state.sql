-- Grain: one invoice of a file, with what becomes of it: kept_out (an ERROR), repeated (the ledger or the file has the same
-- already, or a newer file said what is kept), changed (other content of what is booked), draft (kept, not posted) or booked.
-- Inputs: sale, sale_first, sale_finding, ledger.finding; $import_id, which is smaller than that of a newer file also where a file is
-- rerun. What a newer file says counts also while that one is kept out: it is red until it is mended.
CREATE OR REPLACE TEMP TABLE sale_state AS
WITH wrong AS (
    SELECT DISTINCT position FROM sale_finding WHERE severity = 'ERROR'
), newer AS (
    SELECT DISTINCT movement_reference AS reference
    FROM ledger.finding
    WHERE resolution IS NULL AND severity = 'ERROR' AND import_id > $import_id
)
SELECT sale.position, sale.reference, first.content_sha256,
       CASE WHEN NOT sale.is_readable OR sale.reference IS NULL OR first.position IS NULL OR wrong.position IS NOT NULL THEN 'kept_out'
            WHEN first.first_position <> sale.position THEN 'repeated'
            WHEN sale.known_sha256 = first.content_sha256 AND (sale.known_status = 'booked' OR sale.source_status = 'draft') THEN 'repeated'
            WHEN sale.known_import_id > $import_id AND (sale.known_status = 'booked' OR sale.source_status = 'draft') THEN 'repeated'
            WHEN sale.known_status = 'booked' THEN 'changed'
            WHEN newer.reference IS NOT NULL THEN 'repeated'
            WHEN sale.source_status = 'draft' THEN 'draft'
            ELSE 'booked' END AS status
FROM sale
LEFT JOIN sale_first AS first USING (position)
LEFT JOIN wrong USING (position)
LEFT JOIN newer ON newer.reference = sale.reference
