-- Grain: one correction that a person asked for. Inputs: the parameters.
INSERT INTO ledger.correction
VALUES ($correction_id, $correction_kind, $subject, $arguments, $requested_by, $reason, $run_id, $now, $import_id,
        $undoes_correction_id, NULL)
