-- Grain: one company whose automatic registration was switched at a moment. Input: ledger.automatic_registration; $switched_at.
-- Order: company_code.
SELECT company_code, is_on FROM ledger.automatic_registration WHERE switched_at = $switched_at ORDER BY company_code
