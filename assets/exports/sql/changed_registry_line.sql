-- Grain: one line of the registry that is new or reads otherwise than before. Inputs: present_line, earlier_line.
SELECT * FROM present_line
EXCEPT
SELECT * FROM earlier_line
ORDER BY company, account
