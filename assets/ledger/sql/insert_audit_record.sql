-- Grain: one change of the ledger. Inputs: the parameters. Invariant: the primary key refuses two records of one number.
INSERT INTO ledger.audit_record
VALUES ($record_number, $recorded_at, $action, $subject, $requested_by, $reason, $run_id, $reference_version, $state_before,
        $state_after, $previous_hash, $record_hash)
