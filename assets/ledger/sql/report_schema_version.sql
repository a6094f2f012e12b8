-- Grain: one row. Input: ledger.schema_migration. The version of the ledger's tables.
SELECT coalesce(max(version), 0) AS schema_version
FROM ledger.schema_migration
