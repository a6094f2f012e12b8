-- A macro: the day on which a moment (UTC) falls in a time zone. Null for a moment or a zone that is missing.
CREATE OR REPLACE TEMP MACRO day_in(time_zone, moment) AS CAST(timezone(time_zone, timezone('UTC', moment)) AS DATE)
