-- Grain: one movement that another import brought before (D12). Input: repeated_movement.
SELECT first_line AS line_number, 'entry' AS field,
       CASE WHEN is_same THEN 'movement_already_imported' ELSE 'movement_key_conflict' END AS finding_code,
       movement_key AS raw_value,
       CASE WHEN is_same THEN 'a movement that was not imported before' ELSE 'a movement key of its own' END
       || '; entry ' || entry_id || ' of I' || import_id || ' ' || partition_key || ', imported ' || strftime(imported_at, '%Y-%m-%d %H:%M') || ' UTC'
       || CASE WHEN is_same THEN '' ELSE ', has the same key but other lines' END AS expected
FROM repeated_movement
WHERE NOT is_own
