-- Versions of reference files.

-- name: in_force
-- Grain: one reference file in force. Inputs: ledger.reference_file. Invariant: one row per file name.
SELECT file_name, content_sha256, version
FROM ledger.reference_file
QUALIFY row_number() OVER (PARTITION BY file_name ORDER BY version DESC) = 1
ORDER BY file_name

-- name: changed_reference_file
-- Grain: one reference file that came into force with a version, with what it replaced (null where it is the first of
-- its name). Inputs: ledger.reference_file; $version. Order: file_name.
SELECT file.file_name, file.content_sha256, file.row_count, before.content_sha256 AS content_sha256_before,
       before.row_count AS row_count_before
FROM ledger.reference_file AS file
LEFT JOIN ledger.reference_file AS before
       ON before.file_name = file.file_name
      AND before.version = (SELECT max(version) FROM ledger.reference_file AS known
                            WHERE known.file_name = file.file_name AND known.version < file.version)
WHERE file.version = $version
ORDER BY file.file_name

-- name: changed_setting
-- Grain: one setting, or one supplier's memory (supplier_terms.csv), whose value changed with a version of the
-- reference data. Values are null where the file does not name it; where notifications go may hold a secret, and is
-- shown as its hash. Inputs: ledger.setting, ledger.supplier_term, ledger.reference_file; $version. Order: file,
-- company or supplier, name.
WITH value AS (
    SELECT 'settings.csv' AS file_name, version, coalesce(company_code, '') AS owner_code, setting_name,
           CASE WHEN setting_name IN ('notification_command', 'notification_url') THEN 'sha256:'
                     || sha256(setting_value)
                ELSE setting_value END AS setting_value
    FROM ledger.setting
    UNION ALL
    SELECT 'supplier_terms.csv', version, counterparty_code, 'uses_memory', CAST(is_memory_on AS VARCHAR)
    FROM ledger.supplier_term
), compared AS (
    SELECT file_name, max(version) FILTER (version < $version) AS version_before
    FROM ledger.reference_file
    WHERE file_name IN ('settings.csv', 'supplier_terms.csv')
    GROUP BY file_name
    HAVING max(version) FILTER (version = $version) IS NOT NULL
), before AS (
    SELECT value.* FROM value JOIN compared ON compared.file_name = value.file_name
        AND compared.version_before = value.version
), after AS (
    SELECT value.* FROM value JOIN compared USING (file_name) WHERE value.version = $version
)
SELECT file_name, owner_code, setting_name, before.setting_value AS value_before, after.setting_value AS value_after
FROM before
FULL JOIN after USING (file_name, owner_code, setting_name)
WHERE before.setting_value IS DISTINCT FROM after.setting_value
ORDER BY file_name, owner_code, setting_name

-- name: insert_reference_file
-- Grain: one version of one reference file that came into force. Append only.
INSERT INTO ledger.reference_file VALUES ($name, $version, $hash, $count, $now)
