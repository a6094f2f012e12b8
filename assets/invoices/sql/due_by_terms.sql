-- The day on which something is due so many days after a day, or at the end of that month. With is_month_counted thirty days to the end
-- of the month are a month: from 31 January the end of February.
CREATE OR REPLACE TEMP MACRO due_by_terms(from_date, days, is_end_of_month, is_month_counted) AS
    CASE WHEN is_end_of_month AND is_month_counted AND days % 30 = 0 THEN last_day(from_date + to_months(CAST(days // 30 AS INTEGER)))
         WHEN is_end_of_month THEN last_day(from_date + CAST(days AS INTEGER))
         ELSE from_date + CAST(days AS INTEGER) END
