-- Grain: one line of a posted movement, with the fields that its posting does not hold.
INSERT INTO ledger.trace_line
SELECT $import_id, line.line_number, line.numerator, line.year, line.entry, line.progressive, line.bank,
       line.bank_account, line.treasury_posting_date, line.reason_code, line.value_date, line.note,
       line.document_type, line.reference_number, line.section, line.cash_flow_item, line.due_date,
       line.return_year, line.return_number, line.operation_description, line.bill_flag, line.document_number,
       line.original_amount, line.on_behalf_company, line.on_behalf_account, line.payee_account,
       line.document_date, line.bank_note
FROM line
SEMI JOIN (
    SELECT entry.line_number FROM entry_line AS entry SEMI JOIN posted_movement USING (movement_number)
) AS posted USING (line_number)
