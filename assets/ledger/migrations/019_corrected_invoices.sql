-- corrected_numbers are those of the invoices that a corrected invoice (UNTDID 1001: 384, 472) names, spelled as identity_number is; null for
-- every other document. By them an original that comes after its correction is known.
ALTER TABLE ledger.document ADD COLUMN corrected_numbers VARCHAR[];
