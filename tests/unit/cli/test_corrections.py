"""The commands that correct the ledger, as far as they need no run: what is shown, how they are called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

from assets.errors import OperatingError
from orchestration.cli import corrections
from orchestration.cli.render import UnwrittenAnswerError
from tests.support.corrections import correct
from tests.support.ledgers import LedgerHome, ledger_state
from tests.unit.cli.conftest import Run

Answer = Callable[..., dict[str, object]]

WHY: Final = ("--date", "2026-10-21", "--reason", "paid in cash", "--by", "anna")
EITHER: Final = "name either the --account or the --credit-note against which it is settled"


@pytest.fixture
def key(invoices: LedgerHome) -> str:
    """The key of the first instalment of D4: 61.00 EUR to pay."""
    (found,) = invoices.rows("SELECT min(open_item_key) FROM ledger.open_item")
    return str(found[0])


def test_f09_a_dry_run_shows_the_exact_difference_and_changes_nothing(
    invoices: LedgerHome, run: Run, key: str
) -> None:
    before = ledger_state(invoices)
    shown = run("settle", f"ALBA:{key}", "--account", "1801001", *WHY, "--amount", "21", "--dry-run")
    assert (shown.exit_code, shown.output) == (
        0,
        dedent(
            f"""\
            A correction (settle) by anna: paid in cash

            1 journal entry
            entry  line  date        account  debit  credit  currency  item                    description
                2     1  2026-10-21  4000001  21.00    0.00  EUR       {key}  Invoice 4 Acciai Montevuoto S.p.A.
                2     2  2026-10-21  1801001   0.00   21.00  EUR                               Invoice 4 Acciai Montevuoto S.p.A.

            Open items
            item                         account  residual before  after  currency  status before  after
            ALBA:{key}  4000001            61.00  40.00  EUR       open           open

            Nothing was changed: without --dry-run it is done.
            """  # noqa: E501
        ),
    )
    assert ledger_state(invoices) == before


def test_f09_a_dry_run_says_the_same_in_json(invoices: LedgerHome, answer: Answer, key: str) -> None:
    before = ledger_state(invoices)
    line = {
        "entry_id": 2,
        "company_code": "ALBA",
        "posting_date": "2026-10-21",
        "company_currency_code": "EUR",
    }
    text = {"description": "Invoice 4 Acciai Montevuoto S.p.A."}
    assert answer("settle", f"ALBA:{key}", "--account", "1801001", *WHY, "--dry-run") == {
        "is_dry_run": True,
        "correction_id": None,
        "correction_kind": "settle",
        "requested_by": "anna",
        "reason": "paid in cash",
        "entry_count": 1,
        "settlement_made_count": 1,
        "settlement_undone_count": 0,
        "item_opened_count": 0,
        "item_withdrawn_count": 0,
        "postings": [
            line
            | text
            | {"line_number": 1, "account_code": "4000001", "open_item_key": key}
            | {"debit_amount": "61.00", "credit_amount": "0.00"},
            line
            | text
            | {"line_number": 2, "account_code": "1801001", "open_item_key": None}
            | {"debit_amount": "0.00", "credit_amount": "61.00"},
        ],
        "items": [
            {
                "company_code": "ALBA",
                "account_code": "4000001",
                "open_item_key": key,
                "currency_code": "EUR",
                "residual_before": "61.00",
                "status_before": "open",
                "residual_after": "0.00",
                "status_after": "closed",
            }
        ],
        "payments": [],
        "imports": [],
        "documents": [],
        "answers": [],
        "movement_answers": [],
        "ibans": [],
    }
    assert ledger_state(invoices) == before


def test_f09_what_cannot_be_settled_is_said_and_nothing_is_changed(
    invoices: LedgerHome, run: Run, key: str
) -> None:
    before = ledger_state(invoices)
    result = run("settle", f"ALBA:{key}", "--account", "1801001", *WHY, "--amount", "61.01", "--dry-run")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: the amount 61.01 is more than the residual 61.00 EUR. Nothing was changed.\n",
    )
    assert ledger_state(invoices) == before


def test_f09_why_names_who_settled_when_and_why(
    invoices: LedgerHome, run: Run, answer: Answer, key: str
) -> None:
    settled = {"items": [f"ALBA:{key}"], "account": "1801001", "date": "2026-10-21"}
    correct(invoices, "settle", **settled, reason="paid in cash")
    entry = answer("why", "2")
    names = ("entry_kind", "requested_by", "requested_reason", "partition_key")
    assert [entry[name] for name in names] == ["manual", "anna", "paid in cash", None]
    assert entry["requested_at"] == entry["created_at"]
    settlement = answer("why", f"ALBA:{key}")["settlements"][0]  # type: ignore[index]
    names = ("requested_by", "requested_reason", "matching_rule", "entry_id", "amount")
    assert [settlement[name] for name in names] == ["anna", "paid in cash", "by hand", 2, "61.00"]
    (table,) = run("why", f"ALBA:{key}").output.split("Settled by hand\n")[1:]
    assert table.splitlines()[1].endswith("Z  anna  paid in cash")


def test_d10_corrections_are_listed_the_newest_first(
    invoices: LedgerHome, run: Run, answer: Answer, key: str
) -> None:
    assert run("corrections").output == "No correction yet.\n"
    correct(invoices, "settle", items=[f"ALBA:{key}"], account="1801001", date="2026-10-21")
    correct(invoices, "undo", correction=1, who="bruno", reason="was not paid")
    assert run("corrections").output == dedent(
        f"""\
        correction  kind    about                        by     made                  reason        undone by
        C2          undo    C1                           bruno  2026-10-30T12:00:00Z  was not paid
        C1          settle  ALBA:{key}  anna   2026-10-30T12:00:00Z  as agreed     C2

        `partita undo C5` undoes a correction, with --dry-run to see what it would change.
        """
    )
    listed = answer("corrections")
    assert [(row["correction_id"], row["undone_by_correction_id"]) for row in listed] == [(2, None), (1, 2)]  # type: ignore[index]


def test_o06_the_audit_log_is_listed_verified_and_exported(
    invoices: LedgerHome, run: Run, answer: Answer, key: str, tmp_path: Path
) -> None:
    correct(invoices, "settle", items=[f"ALBA:{key}"], account="1801001", date="2026-10-21")
    assert run("audit", "list").output.splitlines()[-1].split() == [
        "3", "2026-10-30T12:00:00Z", "anna", "settle", "C1:", f"ALBA:{key}", "as", "agreed",
    ]  # fmt: skip
    verified = answer("audit", "verify")
    assert (verified["record_count"], verified["problems"]) == (3, [])
    assert run("audit", "verify", "--head", str(verified["head"])).exit_code == 0
    exported = run("audit", "export", "--output", str(tmp_path / "log.csv"))
    assert exported.output == f"3 records in {tmp_path / 'log.csv'}.\n"
    lines = (tmp_path / "log.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["record_number", "1", "2", "3"]
    assert run("audit", "export", "--output", str(tmp_path / "log.csv")).stderr == (
        f"Error: {tmp_path / 'log.csv'} exists already: choose another name, or --force. "
        "Nothing was written.\n"
    )
    assert run("audit", "export", "--output", str(tmp_path / "log.csv"), "--force").exit_code == 0
    with invoices.ledger.transaction(invoices.workbench, "test"):
        invoices.workbench.execute(
            "UPDATE ledger.audit_record SET requested_by = 'eve' WHERE record_number = 3"
        )
    broken = run("audit", "verify")
    assert (broken.exit_code, broken.output.splitlines()[0]) == (
        2,
        "Record 3: it was changed after it was written.",
    )


def test_f09_an_item_is_named_by_its_key_alone_where_one_company_has_it(
    invoices: LedgerHome, run: Run, key: str
) -> None:
    options = ("--account", "1801001", *WHY, "--dry-run")
    assert run("settle", key, *options).output == run("settle", f"ALBA:{key}", *options).output
    with invoices.transaction():
        invoices.workbench.execute(
            """
            INSERT INTO ledger.open_item BY NAME
            SELECT * REPLACE (item_id + 1000 AS item_id, 'BREZZA' AS company_code) FROM ledger.open_item
            WHERE open_item_key = $key
            """,
            {"key": key},
        )
    for command, place in (
        (("settle", key, *options), " for 'ITEM...'"),
        (("compensate", key, *WHY), ""),
        (("reopen", key, "--reason", "x"), " for 'ITEM'"),
    ):
        result = run(*command)
        assert (result.exit_code, result.stderr.splitlines()[-1]) == (
            64,
            f"Error: Invalid value{place}: {key!r} could be ALBA:{key} or BREZZA:{key}: say which one",
        )


@pytest.mark.usefixtures("invoices")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("settle", "ALBA:X", *WHY), EITHER),
        (("settle", "ALBA:X", *WHY, "--account", "1", "--credit-note", "Y"), EITHER),
        (("settle", "ALBA:X", "--account", "1", "--date", "2026-10-21"), "Missing option '--reason'."),
        (("settle", "ALBA:X", "--account", "1", "--reason", "x"), "Missing option '--date'."),
        (
            ("settle", "ALBA:X", "--account", "1", "--date", "2026-10-21", "--reason", " "),
            "--reason says why the ledger is corrected",
        ),
        (
            ("settle", "X", "--account", "1", *WHY),
            "Invalid value for 'ITEM...': 'X' is no open item: they are named COMPANY:KEY, see `partita "
            "open-items`",
        ),
        (
            ("settle", "ALBA:X", "--account", "1", *WHY, "--amount", "1,5x"),
            "Invalid value for '--amount': '1,5x' is no amount such as 1250,50",
        ),
        (
            ("settle", "ALBA:X", "--account", "1", *WHY, "--amount", "1.250"),
            "Invalid value for '--amount': '1.250' could be two amounts: write 1,25 or 1250,00",
        ),
        (
            ("link", "1", "ALBA:X", "--reason", "x"),
            "Invalid value for 'ENTRY/LINE': '1' is no payment: they are named ENTRY/LINE, see `partita "
            "unlinked`",
        ),
        (
            ("undo", "X", "--reason", "x"),
            "Invalid value for 'CORRECTION': 'X' is no correction: they are named C5, see "
            "`partita corrections`",
        ),
        (
            ("create-payment", "ALBA:X", "--reason", "x"),
            "name --account and --date, or with --like a payment that has them",
        ),
        (
            ("audit", "verify", "--head", "1:2"),
            "Invalid value for '--head': '1:2' is no NUMBER:HASH as `partita audit verify` shows it",
        ),
        (("change", "D4"), "Missing option '--reason'."),
        (("change", "D4", "--reason", ""), "--reason says why the registration is changed"),
        (
            ("change", "FT-1", "--reason", "x"),
            "Invalid value for 'DOCUMENT': 'FT-1' is no document: they are named D12, see "
            "`partita documents`",
        ),
    ],
)
def test_f07_f09_a_correction_that_is_called_wrongly_says_how_and_ends_with_2(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (64, f"Error: {message}")


@pytest.mark.usefixtures("home")
def test_f07_f09_before_anything_was_imported_there_is_nothing_to_correct(run: Run) -> None:
    assert run("settle", "ALBA:X", "--account", "1", *WHY).stderr == (
        "Error: there is no ledger yet, and nothing to correct\n"
    )
    assert run("change", "D1", "--reason", "x").stderr == (
        "Error: no e-invoice has arrived yet: there is no ledger\n"
    )


@pytest.mark.parametrize(
    "error", [BrokenPipeError(32, "Broken pipe"), UnwrittenAnswerError("cannot write the answer: it is full")]
)
def test_d10_a_correction_whose_answer_cannot_be_written_says_that_it_is_made(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Whoever takes it for one that failed would make it twice."""

    def fail(answer: object) -> None:
        raise error

    monkeypatch.setattr(corrections, "show_object", fail)
    with pytest.raises(OperatingError) as refused:
        corrections._show_answer({"correction_id": 6}, as_json=True)
    assert str(refused.value) == (
        "C6 is made; only the answer could not be written. Do not make it again: `partita why C6` shows it"
    )
    with pytest.raises(type(error)):
        corrections._show_answer({"correction_id": None}, as_json=True)
