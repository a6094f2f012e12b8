"""The audit log is chained: whatever is changed, taken out or put in shows (O06)."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pytest

from assets.findings import Finding
from assets.invoices.deciding import close_documents, dismiss_file, switch_automatic
from assets.ledger.audit import Break, Decider, log, record_hash, verify
from assets.statements import statement
from samples.payments import pay, trace
from tests.conftest import MakeHome
from tests.support.corrections import correct
from tests.support.invoice_ledgers import DATA, deliver, document
from tests.support.ledgers import LedgerHome, ReferenceData, import_bytes, open_item

CHANGED: Final = "it was changed after it was written"
ITEMS: Final = ReferenceData(items=(open_item("FV-1", "100.00"),))


@pytest.fixture
def home(trial_home: MakeHome) -> LedgerHome:
    """A ledger with three records in its log: an import, its deletion, and the undoing of that."""
    made = trial_home(ITEMS)
    import_bytes(made, "RITCOGE.txt", trace(pay("-100.00", "FV-1")))
    correct(made, "delete-import", **{"import": "1"})
    correct(made, "undo", correction=1, who="bruno", reason="was right")
    return made


def test_o06_every_change_has_a_record_of_who_when_why_and_what(home: LedgerHome) -> None:
    found = log(home.workbench)
    assert [
        (
            row["record_number"],
            row["action"],
            row["subject"].partition("@")[0],
            row["requested_by"],
            row["reason"],
        )
        for row in found
    ] == [
        (1, "import", "import 1/1: RITCOGE", "partita", None),
        (2, "delete-import", "C1: I1 RITCOGE.txt", "anna", "as agreed"),
        (3, "undo", "C2: C1", "bruno", "was right"),
    ]
    assert '"debit_total":"100.0000"' in found[0]["state_after"]
    assert (
        found[1]["state_before"]
        == '{"items":[{"item":"ALBA:FV-1","residual_amount":"0.0000","status":"closed"}]}'
    )
    assert '"residual_amount":"100.0000","status":"open"' in found[1]["state_after"]


def test_o06_a_log_that_nobody_touched_is_whole(home: LedgerHome) -> None:
    number, head, breaks = verify(home.workbench)
    assert (number, len(head), breaks) == (3, 64, [])
    assert verify(home.workbench, (number, head))[2] == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE ledger.audit_record SET reason = 'x' WHERE record_number = 2", [Break(2, CHANGED)]),
        ("UPDATE ledger.audit_record SET state_after = NULL WHERE record_number = 3", [Break(3, CHANGED)]),
        ("UPDATE ledger.audit_record SET recorded_at = recorded_at + INTERVAL 1 DAY WHERE record_number = 1",
         [Break(1, CHANGED)]),
        ("DELETE FROM ledger.audit_record WHERE record_number = 2",
         [Break(3, "records 2 to 2 are missing before it"),
          Break(3, "it does not follow the record before it"),
          Break(0, "correction C1 is not in the log")]),
        ("DELETE FROM ledger.audit_record WHERE record_number = 3",
         [Break(0, "correction C2 is not in the log")]),
    ],
)  # fmt: skip
def test_o06_a_record_that_is_changed_or_taken_out_shows(
    home: LedgerHome, change: str, expected: list[Break]
) -> None:
    home.workbench.execute(change)
    assert verify(home.workbench)[2] == expected


def test_o06_acts_of_people_that_are_not_in_the_log_show(trial_home: MakeHome) -> None:
    home = trial_home(DATA)
    later = dt.datetime.combine(dt.date(2099, 1, 1), dt.time())
    anna = Decider("anna", later, "as agreed")
    switch_automatic(home.workbench, ["ALBA"], anna, is_on=True)
    unreadable = [Finding("x.xml", "R17", raw_value="x", expected="x")]
    deliver(home, "d1", [document(), document(document_number="2")], unreadable=unreadable)
    close_documents(home.workbench, [1], "refuse", anna)
    ((key,),) = home.rows("SELECT partition_key FROM ledger.file_import WHERE reader_name IS NULL")
    dismiss_file(home.workbench, str(key), anna)
    home.workbench.execute(
        statement("invoices", "note_purge"), {"before": later, "now": later, "who": "anna"}
    )
    assert [each.problem for each in verify(home.workbench)[2]] == ["purge by anna is not in the log"]
    home.workbench.execute("DELETE FROM ledger.audit_record")
    assert [each.problem for each in verify(home.workbench)[2]] == [
        "decision about D1 by anna is not in the log",
        f"dismissal of {key} by anna is not in the log",
        "purge by anna is not in the log",
        "switch of ALBA by anna is not in the log",
    ]


def test_o06_a_kept_head_shows_that_the_end_of_the_log_was_written_anew(home: LedgerHome) -> None:
    number, head, _ = verify(home.workbench)
    last = log(home.workbench)[-1] | {"requested_by": "eve"}
    # Whoever knows how the hashes are made can make one that fits.
    home.workbench.execute(
        "UPDATE ledger.audit_record SET requested_by = 'eve', record_hash = ? WHERE record_number = 3",
        [record_hash(last, last["previous_hash"])],
    )
    assert verify(home.workbench)[2] == []
    assert verify(home.workbench, (number, head))[2] == [Break(3, "its hash is not the one that was kept")]
