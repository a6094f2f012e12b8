-- Grain: one side of a document (its supplier, its customer) of which somebody has a number: who it is. Inputs: doc_identifier,
-- party_identifier. fitting: all who have every number that anybody has: one is who is meant (candidate_code), none means that
-- two numbers lead to different ones, several share them (a VAT group). owner_code is the one who is recognised: the only one who
-- fits, unless the document bears a VAT number or an Italian tax code that he does not have, or a number of a scheme of
-- which he has another one: contradicting. lacking: numbers of a kind of which he has none. found_codes: all who have a number.
CREATE OR REPLACE TEMP TABLE doc_owner AS
WITH hit AS (
    SELECT said.document_id, said.party, said.scheme_code, said.identifier, known.owner_code,
           CASE said.scheme_code WHEN 'VAT' THEN 'VAT number' WHEN 'TAX' THEN 'tax code' ELSE 'registration ' || said.scheme_code END AS matched_by
    FROM doc_identifier AS said
    JOIN party_identifier AS known USING (party, scheme_code, identifier)
    WHERE said.is_strong AND (said.document_date IS NULL OR said.document_date BETWEEN coalesce(known.valid_from_date, said.document_date)
                                                                            AND coalesce(known.valid_to_date, said.document_date))
), evidence AS (
    SELECT document_id, party, count(DISTINCT (scheme_code, identifier)) AS evidence_count, string_agg(DISTINCT owner_code, ', ' ORDER BY owner_code) AS found_codes
    FROM hit GROUP BY document_id, party
), share AS (
    SELECT document_id, party, owner_code, count(DISTINCT (scheme_code, identifier)) AS share_count,
           string_agg(DISTINCT matched_by, ' and ' ORDER BY matched_by) AS matched_by
    FROM hit GROUP BY document_id, party, owner_code
), fitting AS (
    SELECT evidence.document_id, evidence.party, min(evidence.found_codes) AS found_codes, count(share.owner_code) AS fitting_count,
           CASE WHEN count(share.owner_code) = 1 THEN min(share.owner_code) END AS candidate_code, min(share.matched_by) AS matched_by
    FROM evidence
    LEFT JOIN share ON share.document_id = evidence.document_id AND share.party = evidence.party AND share.share_count = evidence.evidence_count
    GROUP BY evidence.document_id, evidence.party
), missing AS (
    SELECT said.document_id, said.party, said.scheme_code, said.identifier,
           said.scheme_code = 'VAT' OR said.scheme_code = 'TAX' AND starts_with(said.identifier, 'IT')
           OR said.scheme_code <> 'TAX' AND EXISTS (SELECT 1 FROM party_identifier AS own
                                                    WHERE own.party = said.party AND own.owner_code = fitting.candidate_code
                                                      AND own.scheme_code = said.scheme_code) AS is_contradicting
    FROM fitting
    JOIN doc_identifier AS said USING (document_id, party)
    WHERE fitting.candidate_code IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM party_identifier AS own
                      WHERE own.party = said.party AND own.owner_code = fitting.candidate_code AND own.scheme_code = said.scheme_code
                        AND own.identifier = said.identifier
                        AND (said.document_date IS NULL OR said.document_date BETWEEN coalesce(own.valid_from_date, said.document_date)
                                                                              AND coalesce(own.valid_to_date, said.document_date)))
), listed AS (
    SELECT document_id, party,
           list({'scheme_code': scheme_code, 'identifier': identifier} ORDER BY scheme_code, identifier) FILTER (is_contradicting) AS contradicting,
           list({'scheme_code': scheme_code, 'identifier': identifier} ORDER BY scheme_code, identifier) FILTER (NOT is_contradicting) AS lacking
    FROM missing GROUP BY document_id, party
)
SELECT fitting.*, CASE WHEN listed.contradicting IS NULL THEN fitting.candidate_code END AS owner_code, listed.contradicting, listed.lacking
FROM fitting
LEFT JOIN listed USING (document_id, party)
