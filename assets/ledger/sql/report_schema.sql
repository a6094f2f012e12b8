-- Grain: one row. Input: the catalogue of the attached ledger. The number of tables named schema_migration:
-- 0 says that the ledger was created but never filled.
SELECT count(*) AS table_count
FROM duckdb_tables()
WHERE database_name = 'ledger' AND table_name = 'schema_migration'
