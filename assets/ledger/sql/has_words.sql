-- A macro: whether every word of a text stands in a name, in any order; case and accents do not matter. False for a name that is
-- missing.
CREATE OR REPLACE TEMP MACRO has_words(name, asked) AS
    name IS NOT NULL AND len(list_filter(string_split(strip_accents(lower(asked)), ' '),
                                         lambda word: NOT contains(strip_accents(lower(name)), word))) = 0
