"""How answers are written: tables on a terminal and elsewhere, long JSON, and values nobody may trust."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from assets.errors import TransientError
from assets.home import Home
from assets.ledger.asking import Report
from assets.ledger.store import Ledger
from orchestration.cli import access, render
from tests.unit.cli.conftest import Run
from tests.unit.cli.small_ledger import insert

COLUMNS = [
    render.Column("description", "description", is_prose=True),
    render.amount_column("amount", "debit_amount"),
]


def rows() -> list[dict[str, object]]:
    """Two rows in two currencies."""
    return [
        {
            "description": f"text {'long ' * 30}",
            "debit_amount": Decimal("5.0000"),
            "company_currency_code": "JPY",
        },
        {"description": None, "debit_amount": Decimal("-1250.5000"), "company_currency_code": "EUR"},
    ]


def text_of(page: render.Page, capsys: pytest.CaptureFixture[str]) -> str:
    """What the page writes."""
    page.show()
    return capsys.readouterr().out


def test_o06_without_a_terminal_no_line_of_a_table_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    page = render.Page()
    page.table(COLUMNS, rows())
    shown = text_of(page, capsys).splitlines()
    text = f"text {'long ' * 30}"
    assert shown == [
        f"description{' ' * (len(text) - 11)}    amount",
        f"{text}         5",
        f"{' ' * len(text)}  -1250.50",
    ]


@pytest.mark.parametrize(("columns", "widest"), [(80, 80), (40, 40), (5, 30)])
def test_o06_on_a_terminal_prose_is_broken_and_amounts_stay_whole_however_narrow_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int, widest: int
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    page = render.Page()
    page.table(COLUMNS, rows())
    shown = text_of(page, capsys)
    assert [line.strip() for line in shown.splitlines() if "1250" in line] == ["-1250.50"]
    assert "".join(shown.split()).count("long") == 30
    assert max(len(line) for line in re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()) <= widest


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("two\nlines\t", "two\\nlines\\t"),
        ("\x9b2J", "\\x9b2J"),
        ("\u202eright to left", "\\u202eright to left"),
        ("Società € [bold]", "Società € [bold]"),
    ],
)
def test_d30_raw_values_cannot_command_the_terminal(
    raw: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = render.Page()
    page.line(raw)
    page.facts([("value", raw), ("nothing", "")])
    page.table([render.Column("value", "value")], [{"value": raw}])
    assert text_of(page, capsys) == f"{shown}\n  value  {shown}\nvalue\n{shown}\n"


def test_o06_long_and_nested_json_have_the_same_form() -> None:
    columns = ("posting_date", "debit_amount", "company_currency_code", "created_at", "is_linked")
    count = 2_500
    values = (dt.date(2026, 3, 1), Decimal("1.2500"), "TND", dt.datetime(2026, 3, 1, 8), True)  # noqa: DTZ001
    flat, nested = io.BytesIO(), io.BytesIO()
    render.write_report(flat, Report(columns, iter([values] * count)))
    render.write_array(nested, (dict(zip(columns, values, strict=True)) for _ in range(count)))
    assert flat.getvalue() == nested.getvalue()
    expected = {
        "posting_date": "2026-03-01",
        "debit_amount": "1.250",
        "company_currency_code": "TND",
        "created_at": "2026-03-01T08:00:00Z",
        "is_linked": True,
    }
    assert json.loads(flat.getvalue()) == [expected] * count


def test_o06_no_amount_can_leave_as_a_float_or_without_its_currency() -> None:
    with pytest.raises(AssertionError):
        render.to_json_value([1.5])
    with pytest.raises(AssertionError):
        render.to_json_value([Decimal("1.5")])


def test_o06_an_answer_longer_than_memory_allows_is_held_beside_the_ledger_and_leaves_nothing(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "_MEMORY_BYTES", 10)
    with render.answer_buffer(tmp_path) as buffer:
        buffer.write(("è" * 100).encode())
        assert capfdbinary.readouterr().out == b"", "nothing is written while the ledger is held"
    assert capfdbinary.readouterr().out.decode() == "è" * 100
    assert list(tmp_path.iterdir()) == []


def test_o06_a_full_disk_is_an_operating_error(tmp_path: Path) -> None:
    with pytest.raises(TransientError, match="No space left"), render.answer_buffer(tmp_path):
        raise OSError(28, "No space left on device")


def test_o06_a_terminal_that_lacks_a_character_shows_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding="cp1252"))
    page = render.Page()
    page.line("Società € Łódź")
    page.show()
    assert written.getvalue() == "Società € ?ód?\n".encode("cp1252")


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_o06_an_answer_that_cannot_be_written_is_an_operating_error(
    filled: Home, form: tuple[str, ...]
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from orchestration.cli import main; main()", "postings", *form],
            cwd=Path(__file__).parents[3],
            env=os.environ | {"PARTITA_HOME": str(filled.root)},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"Error: cannot write the answer: No space left on device\n")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "arguments", [("why", "\udcff"), ("findings", "\udcff"), ("open-items", "--company", "\udcff")]
)
def test_o06_what_is_not_text_is_a_usage_error(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (64, "")
    assert result.stderr.splitlines()[-1].endswith("'\\udcff' is not text in UTF-8")


@pytest.mark.usefixtures("filled")
def test_o06_no_progress_bar_can_stand_in_the_middle_of_an_answer() -> None:
    with access.reading() as (_, connection):
        assert connection is not None
        row = connection.execute("SELECT current_setting('enable_progress_bar')").fetchone()
    assert row == (False,)


def test_d03_files_are_counted_in_the_inbox_that_the_settings_name(filled: Home, run: Run) -> None:
    workbench = Ledger(filled.ledger).workbench()
    with Ledger(filled.ledger).transaction(workbench, "test") as connection:
        row = {"version": 1, "setting_name": "inbox_folder", "setting_value": "arrivals/treasury"}
        insert(connection, "setting", row)
    workbench.close()
    (filled.root / "arrivals" / "treasury").mkdir(parents=True)
    (filled.root / "arrivals" / "treasury" / "RITCOGE7.txt").write_bytes(b"waiting")
    assert json.loads(run("status", "--json").stdout)["inbox_file_count"] == 1
