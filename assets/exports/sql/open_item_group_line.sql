-- Grain: one group of open items, at the place of its number. Input: open_item_group.
SELECT * FROM open_item_group ORDER BY group_number
