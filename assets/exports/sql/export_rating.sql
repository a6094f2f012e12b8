-- Grain: one step of a company's ratings: from so many days overdue, this rating. Input: listed.
CREATE OR REPLACE TEMP TABLE export_rating AS SELECT * FROM listed
