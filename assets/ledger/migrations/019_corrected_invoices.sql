-- corrected_number has the numbers of the invoices that a corrected invoice (UNTDID 1001: 384, 472) names, one a line, spelled as identity_number
-- is; null for every other document. By it an original that comes after its correction is known.
ALTER TABLE ledger.document ADD COLUMN corrected_number VARCHAR;
