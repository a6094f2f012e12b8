-- A number in the spelling by which it is compared, capitals and digits; null where the text is none: fewer than three digits, no
-- more digits than letters (a statement, the name of a register), or one digit all through (99999999999 stands for no number).
CREATE OR REPLACE TEMP MACRO number_of(spelled) AS
    CASE WHEN length(regexp_replace(spelled, '[^0-9]', '', 'g')) >= 3
          AND length(regexp_replace(spelled, '[^0-9]', '', 'g')) * 2 > length(spelled)
          AND replace(regexp_replace(spelled, '[^0-9]', '', 'g'), left(regexp_replace(spelled, '[^0-9]', '', 'g'), 1), '') <> ''
         THEN spelled END
