-- What a finding says is kept as the code of a text and what goes into it, no longer in words. Texts of before stay as they are and are
-- shown so. But which entry a movement was left to is asked for: it stood in the text, and stands under its name now.
UPDATE ledger.finding
SET expected = CAST(to_json({'text': 'movement_not_imported', 'with': {
    'entry': regexp_extract(expected, '; entry ([0-9]+) of ', 1),
    'import': regexp_extract(expected, '; entry [0-9]+ of (I[0-9]+) ', 1),
    'file': regexp_extract(expected, '; entry [0-9]+ of I[0-9]+ (.*), imported [^,]* UTC$', 1),
    'moment': regexp_extract(expected, ', imported ([^,]*) UTC$', 1)}}) AS VARCHAR)
WHERE finding_code = 'movement_already_imported'
  AND regexp_matches(expected, '^a movement that was not imported before; entry [0-9]+ of I[0-9]+ .*, imported [^,]* UTC$');
