-- Grain: one payment line that is not linked as a whole, with the document and the due date that it names, if it names either.
-- Inputs: unlinked_line, line, entry_line, posted_movement.
INSERT INTO ledger.payment_document BY NAME
SELECT posted.entry_id, entry.entry_line_number AS line_number, line.document_number, line.due_date
FROM unlinked_line AS unlinked
JOIN line USING (line_number)
JOIN entry_line AS entry USING (line_number)
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
WHERE line.document_number IS NOT NULL OR line.due_date IS NOT NULL
