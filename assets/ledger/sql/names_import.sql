-- A macro: whether a text names an import: by its number (I12), its partition key, or the name of its file without folder, in any case.
CREATE OR REPLACE TEMP MACRO names_import(name, import_id, partition_key, source_file) AS
    lower(name) IN ('i' || import_id, lower(partition_key), lower(source_file))
    OR right(lower(source_file), length(name) + 1) = '/' || lower(name)
