-- A VAT number behind its country (`vat_country`) without what says nothing in Switzerland and Norway; null if it is none.
CREATE OR REPLACE TEMP MACRO vat_bare(country, spelled) AS
    number_of(CASE country WHEN 'CH' THEN regexp_replace(spelled, '^(CH)?E|(IVA|MWST|TVA|TPV)$', '', 'g')
                           WHEN 'NO' THEN regexp_replace(spelled, 'MVA$', '') ELSE spelled END)
