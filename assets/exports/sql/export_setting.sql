-- Grain: one company, with the settings of its exports. Input: listed.
CREATE OR REPLACE TEMP TABLE export_setting AS SELECT * FROM listed
