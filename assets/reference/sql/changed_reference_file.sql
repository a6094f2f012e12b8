-- Grain: one reference file that came into force with a version, with what it replaced (null where it is the first of its name).
-- Inputs: ledger.reference_file; $version. Order: file_name.
SELECT file.file_name, file.content_sha256, file.row_count, before.content_sha256 AS content_sha256_before, before.row_count AS row_count_before
FROM ledger.reference_file AS file
LEFT JOIN ledger.reference_file AS before
       ON before.file_name = file.file_name
      AND before.version = (SELECT max(version) FROM ledger.reference_file AS known
                            WHERE known.file_name = file.file_name AND known.version < file.version)
WHERE file.version = $version
ORDER BY file.file_name
