-- Grain: one invoice that is kept now: a new one, or the newer content of a draft. Inputs: sale_entry, sale_total, sale_content;
-- $import_id, $now. Master data that the file does not name are those of counterparties.csv. What is booked is never met here.
MERGE INTO ledger.sales_invoice AS kept
USING (
    SELECT entry.*, total.net_amount, total.vat_amount, total.total_amount, total.payable_rounding_amount, total.total_convention, content.instalments, content.last_due_date
    FROM sale_entry AS entry
    JOIN sale_total AS total USING (position)
    JOIN sale_content AS content USING (position)
) AS news
ON kept.invoice_id = news.invoice_id
WHEN MATCHED AND kept.status = 'draft' THEN UPDATE
    SET import_id = $import_id, position = news.position, document_number = news.document_number, document_date = news.document_date,
        due_date = news.last_due_date, currency_code = news.currency_code, status = news.status, source_status = news.source_status,
        customer_code = news.counterparty_code, customer_account_code = news.customer_account_code,
        customer_name = coalesce(news.customer_name, news.counterparty_name),
        customer_country_code = coalesce(news.customer_country_code, news.party_country_code),
        customer_vat_number = coalesce(news.customer_vat_number, news.party_vat_number),
        customer_tax_code = coalesce(news.customer_tax_code, news.party_tax_code), customer_address = news.customer_address,
        customer_postal_code = news.customer_postal_code, customer_city = news.customer_city, net_amount = news.net_amount,
        vat_amount = news.vat_amount, total_amount = news.total_amount,
        payable_rounding_amount = news.payable_rounding_amount, total_convention = news.total_convention,
        instalments = news.instalments, content_sha256 = news.content_sha256, entry_id = news.entry_id, received_at = $now,
        booked_at = CASE WHEN news.status = 'booked' THEN $now END
WHEN MATCHED THEN ERROR 'a booked invoice never changes'
WHEN NOT MATCHED THEN INSERT
    (invoice_id, reference, import_id, position, company_code, is_credit_note, document_number, document_date, due_date, currency_code,
     status, source_status, customer_code, customer_account_code, customer_name, customer_country_code, customer_vat_number,
     customer_tax_code, customer_address, customer_postal_code, customer_city, net_amount, vat_amount, total_amount,
     payable_rounding_amount, total_convention, instalments, content_sha256, entry_id, received_at, booked_at)
    VALUES (news.invoice_id, news.reference, $import_id, news.position, news.company_code, news.is_credit_note, news.document_number,
            news.document_date, news.last_due_date, news.currency_code, news.status, news.source_status, news.counterparty_code,
            news.customer_account_code, coalesce(news.customer_name, news.counterparty_name),
            coalesce(news.customer_country_code, news.party_country_code), coalesce(news.customer_vat_number, news.party_vat_number),
            coalesce(news.customer_tax_code, news.party_tax_code), news.customer_address, news.customer_postal_code, news.customer_city,
            news.net_amount, news.vat_amount, news.total_amount, news.payable_rounding_amount, news.total_convention,
            news.instalments, news.content_sha256, news.entry_id, $now, CASE WHEN news.status = 'booked' THEN $now END)
