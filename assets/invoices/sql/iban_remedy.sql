-- iban_remedy
-- Grain: none; makes the macro that says what to do about an IBAN of a document; one whose check sum is wrong is nobody's.
CREATE OR REPLACE TEMP MACRO iban_remedy(of_document, is_no_iban) AS
    'Ask the supplier by a way that you know. `partita confirm-iban D' || of_document
    || CASE WHEN is_no_iban THEN ' --known-account --reason ...` if you pay to an account that you know.'
            ELSE ' --reason ...` if the IBAN is theirs; with `--known-account` if you pay to another account that you know.' END
