-- Grain: one invoice whose state changes. Inputs: news; $now, $run_id. What is booked stays booked, unless somebody has it
-- looked up again (unknown): then reading back decides. pending_at is when its batch was noted, or, once its answer is known to be
-- lost, a moment after the call began.
MERGE INTO ledger.sync_outbox AS outbox
USING news ON outbox.invoice_id = news.invoice_id
WHEN MATCHED AND outbox.state = 'booked' AND news.state NOT IN ('booked', 'unknown') THEN ERROR 'a booked invoice would be sent again'
WHEN MATCHED THEN UPDATE
    SET program = news.program, address = news.address, state = news.state, run_id = $run_id,
        attempt_count = outbox.attempt_count + CASE WHEN news.state = 'pending' THEN 1 ELSE 0 END,
        reserved_at = CASE WHEN news.state = 'reserved' THEN $now ELSE outbox.reserved_at END,
        pending_at = CASE WHEN news.state = 'pending' OR news.state = 'unknown' AND outbox.state <> 'booked' THEN $now
                          WHEN news.state = 'unknown' THEN coalesce(outbox.pending_at, $now)
                          WHEN news.state = 'booked' THEN outbox.pending_at END,
        booked_at = CASE WHEN news.state = 'booked' THEN coalesce(outbox.booked_at, $now) END,
        journal_code = coalesce(news.journal_code, outbox.journal_code), customer_id = coalesce(news.customer_id, outbox.customer_id),
        program_id = news.program_id, registration_number = news.registration_number, error_code = news.error_code,
        error_detail = news.error_detail, checked_at = NULL, drift_code = NULL, drift_detail = NULL
WHEN NOT MATCHED THEN INSERT (invoice_id, company_code, program, address, state, run_id, attempt_count, reserved_at, pending_at,
            booked_at, journal_code, customer_id, program_id, registration_number, error_code, error_detail, checked_at,
            drift_code, drift_detail)
    VALUES (news.invoice_id, news.company_code, news.program, news.address, news.state, $run_id, CASE WHEN news.state = 'pending' THEN 1 ELSE 0 END, $now,
            CASE WHEN news.state IN ('pending', 'unknown') THEN $now END, CASE WHEN news.state = 'booked' THEN $now END,
            news.journal_code, news.customer_id, news.program_id, news.registration_number, news.error_code, news.error_detail,
            NULL, NULL, NULL)
