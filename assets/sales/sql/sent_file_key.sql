-- What tells files apart that were sent to the exchange system: the name without folders, case and the endings of envelopes
-- and of XML, since a message may name the signed file or the plain one. Null for a blank name.
CREATE OR REPLACE TEMP MACRO sent_file_key(file_name) AS
    nullif(regexp_replace(regexp_extract(lower(trim(file_name)), '[^/\\]*$'), '(\.xml)?(\.(p7m|pk7|p7c|p7s|p7b))*$', ''), '')
