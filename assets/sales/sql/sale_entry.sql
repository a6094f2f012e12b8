-- Grain: one invoice that is kept now, as a draft or booked, with its ids. Inputs: sale, sale_state, sale_party, ledger.sales_invoice,
-- ledger.journal_entry. Ids follow the order of the file without a gap; a draft that is kept already has its own. direction: +1
-- where the customer owes, -1 for a credit note.
CREATE OR REPLACE TEMP TABLE sale_entry AS
WITH kept AS (
    SELECT sale.*, state.status, state.content_sha256, party.counterparty_code, party.customer_account_code, party.counterparty_name,
           party.country_code AS party_country_code, party.vat_number AS party_vat_number, party.tax_code AS party_tax_code
    FROM sale_state AS state
    JOIN sale USING (position)
    JOIN sale_party AS party USING (position)
    WHERE state.status IN ('draft', 'booked')
)
SELECT *, CASE WHEN is_credit_note THEN -1 ELSE 1 END AS direction,
       coalesce(known_invoice_id, (SELECT coalesce(max(invoice_id), 0) FROM ledger.sales_invoice)
                                  + row_number() OVER (PARTITION BY known_invoice_id IS NULL ORDER BY position)) AS invoice_id,
       CASE WHEN status = 'booked' THEN (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry)
                                        + row_number() OVER (PARTITION BY status ORDER BY position) END AS entry_id
FROM kept
