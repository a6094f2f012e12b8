"""What every list can do: filters, sorting, CSV and XLSX."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from assets.home import Home
from assets.ledger.asking import Report
from assets.ledger.store import Ledger
from orchestration.cli.lists import OPEN_ITEM_COLUMNS, POSTING_COLUMNS
from orchestration.cli.spreadsheets import harmless, write_csv, write_xlsx
from samples.sales_files import csv_of, row
from tests.support.corrections import correct
from tests.support.ledgers import LedgerHome
from tests.support.sales import import_sales
from tests.unit.cli.conftest import Run

Answer = Callable[..., list[dict[str, object]]]
"""The fixture `answer`, for commands that answer with a list."""


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (("--counterparty", "rossi societa"), ["01:FT-2", "01:FT-3"]),
        (("--counterparty", "customers"), ["02:FT-1"]),
        (("--counterparty", "nobody"), []),
        (("--number", "ft-3"), ["01:FT-3"]),
        (("--number", "5/20"), ["02:FT-1"]),
        (("--amount", "59,99"), ["01:FT-2"]),
        (("--amount", "59.99..99.99"), ["01:FT-2"]),
        (("--amount", "..40"), ["02:FT-1"]),
        (("--amount", "100.."), ["01:FT-3"]),
        (("--from", "2026-02-03"), ["02:FT-1"]),
        (("--to", "02/02/2026"), ["01:FT-2"]),
        (("--sort", "residual"), ["02:FT-1", "01:FT-2", "01:FT-3"]),
        (("--sort", "-residual"), ["01:FT-3", "01:FT-2", "02:FT-1"]),
        (("--sort", "-due_date"), ["02:FT-1", "01:FT-2", "01:FT-3"]),
        (("--sort", "side", "--sort", "-key"), ["01:FT-3", "01:FT-2", "02:FT-1"]),
        (("--sort", "name", "--limit", "1"), ["02:FT-1"]),
    ],
)
def test_o06_open_items_are_narrowed_and_sorted(
    answer: Answer, arguments: tuple[str, ...], keys: list[str]
) -> None:
    found = answer("open-items", *arguments)
    assert [f"{item['company_code']}:{item['open_item_key']}" for item in found] == keys


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "references"),
    [
        (("--counterparty", "rossi", "--amount", "99,99"), ["2/2"]),
        (("--number", "ft-9"), ["2/2"]),
        (("--amount", "33,2550", "--company", "02"), ["4/1", "4/2", "5/1", "5/2"]),
        (("--from", "2026-03-02"), []),
        (("--sort", "-posting", "--limit", "2"), ["5/2", "5/1"]),
        (("--sort", "-credit", "--sort", "-file:line", "--limit", "2"), ["4/2", "5/1"]),
    ],
)
def test_o06_postings_are_narrowed_and_sorted(
    answer: Answer, arguments: tuple[str, ...], references: list[str]
) -> None:
    found = answer("postings", *arguments)
    assert [f"{posting['entry_id']}/{posting['line_number']}" for posting in found] == references


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("is_descending", [False, True])
@pytest.mark.parametrize(
    ("command", "arguments", "column"),
    [
        (command, arguments, column.name)
        for command, arguments, columns in (
            ("open-items", ("--status", "all"), OPEN_ITEM_COLUMNS),
            ("postings", (), POSTING_COLUMNS),
            ("postings", ("RITCOGE2.txt",), POSTING_COLUMNS),
        )
        for column in columns
    ],
)
def test_o06_a_list_that_is_cut_is_the_beginning_of_the_whole_one_whatever_it_is_sorted_by(
    answer: Answer, command: str, arguments: tuple[str, ...], column: str, is_descending: bool
) -> None:
    sort = f"{'-' if is_descending else ''}{column}"
    whole = answer(command, *arguments, "--sort", sort)
    assert len(whole) > 1
    assert answer(command, *arguments, "--sort", sort, "--limit", "1") == whole[:1]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("--company", "01"), ["open_item_not_found", "unknown_account"]),
        (("--number", "ft-9"), ["open_item_not_found"]),
        (("--to", "2026-02-28"), []),
        (("--sort", "-code", "--limit", "2"), ["unknown_account", "reference_value_invalid"]),
    ],
)
def test_d11_findings_of_all_files_are_narrowed_and_sorted(
    answer: Answer, arguments: tuple[str, ...], codes: list[str]
) -> None:
    assert [finding["finding_code"] for finding in answer("findings", *arguments)] == codes


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (("--counterparty", "rossi"), 1),
        (("--counterparty", "bank"), 0),
        (("--amount", "99,99"), 1),
        (("--amount", "100.."), 0),
        (("--number", "FT-9", "--from", "01/03/2026", "--to", "01/03/2026"), 1),
        (("--sort", "-amount", "--limit", "1"), 1),
    ],
)
def test_d07_unlinked_payments_are_narrowed(answer: Answer, arguments: tuple[str, ...], count: int) -> None:
    assert len(answer("unlinked", *arguments)) == count


@pytest.mark.usefixtures("invoices")
@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        (("--counterparty", "s002"), [2]),
        (("--counterparty", "viteria"), [5]),
        (("--counterparty", "acciai", "--amount", "122"), [1, 3, 4]),
        (("--number", "/a"), [1]),
        (("--from", "2026-10-16"), []),
        (("--company", "ALBA", "--sort", "-payable", "--sort", "-document", "--limit", "2"), [5, 4]),
    ],
)
def test_f05_documents_are_narrowed_and_sorted(
    answer: Answer, arguments: tuple[str, ...], numbers: list[int]
) -> None:
    assert [each["document_id"] for each in answer("documents", "--all", *arguments)] == numbers


@pytest.mark.usefixtures("invoices")
def test_f05_findings_about_documents_are_found_by_supplier_number_and_amount(answer: Answer) -> None:
    found = answer("findings", "--counterparty", "viteria", "--amount", "122", "--number", "5")
    assert [(each["finding_code"], each["counterparty_name"], each["company_code"]) for each in found] == [
        ("R03", "Viteria Sassoforato S.r.l.", "ALBA")
    ]


def test_t04_sales_invoices_are_narrowed_and_sorted(invoices: LedgerHome, answer: Answer) -> None:
    drafts = [
        row(status="draft", document_number=number, document_date=f"2026-10-0{day}", net_amount=amount)
        for number, day, amount in (("1", "5", "100.00"), ("2", "6", "200.00"), ("3", "7", "50.00"))
    ]
    import_sales(invoices, "sales.csv", csv_of(*drafts))

    def numbers(*arguments: str) -> list[object]:
        listed: list[dict[str, object]] = answer("invoices", *arguments)["invoices"]  # type: ignore[call-overload]
        return [each["document_number"] for each in listed]

    assert numbers() == ["3", "2", "1"]
    assert numbers("--sort", "-total") == ["2", "1", "3"]
    assert numbers("--amount", "100..200") == ["1"]
    assert numbers("--counterparty", "c002") == []
    assert numbers("--from", "2026-10-06", "--to", "2026-10-06") == ["2"]
    assert numbers("--number", "fv2026") == ["3", "2", "1"]


def test_d10_corrections_are_narrowed_by_what_they_moved(invoices: LedgerHome, answer: Answer) -> None:
    keys = [str(item["open_item_key"]) for item in answer("open-items")]
    for key in keys:
        correct(invoices, "settle", items=[f"ALBA:{key}"], account="1801001", date="2026-10-21")

    def found(*arguments: str) -> list[object]:
        return [each["correction_id"] for each in answer("corrections", *arguments)]

    assert found() == [2, 1]
    assert found("--sort", "correction") == [1, 2]
    assert found("--number", keys[0].lower()) == [1]
    assert found("--number", "c2") == [2]
    assert found("--counterparty", "acciai", "--company", "ALBA", "--amount", "61") == [2, 1]
    assert found("--counterparty", "rondinella") == []
    assert found("--account", "1801001", "--amount", "..60") == []


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--sort", "colour"),
            "Invalid value for '--sort': colour is no column: there are company, account, key, document, "
            "due, side, original, settled, residual, currency, status, name",
        ),
        (
            ("--amount", "1.250"),
            "Invalid value for '--amount': '1.250' could be two amounts: write 1,25 or 1250,00",
        ),
        (
            ("--amount", "1.255"),
            "Invalid value for '--amount': '1.255' could be two amounts: write 1,2550 or 1255,00",
        ),
        (("--amount", "much"), "Invalid value for '--amount': 'much' is no amount such as 1250,50"),
        (
            ("--amount", "2..1"),
            "Invalid value for '--amount': '2..1' is no amount such as 1250,50, and no range such as "
            "100..200",
        ),
        (
            ("--from", "31/02/2026"),
            "Invalid value for '--from': '31/02/2026' is no date such as 2026-03-01 or 01/03/2026",
        ),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "--from is later than --to"),
        (("--json", "--csv", "-"), "--json, --csv and --xlsx are different forms: choose one"),
    ],
)  # fmt: skip
def test_o06_what_makes_no_sense_is_a_usage_error(run: Run, arguments: tuple[str, ...], message: str) -> None:
    result = run("open-items", *arguments)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (64, f"Error: {message}")


LISTS = ("findings", "open-items", "postings", "unlinked", "documents", "invoices", "corrections")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("command", LISTS)
def test_o06_every_list_is_written_as_csv_and_as_a_workbook(run: Run, tmp_path: Path, command: str) -> None:
    shown = run(command, "--csv", "-")
    assert (shown.exit_code, shown.stderr) == (0, "")
    rows = list(csv.reader(io.StringIO(shown.stdout_bytes.decode("utf-8"), newline="")))
    written = run(command, "--csv", str(tmp_path / "list.csv"))
    count = f"{len(rows) - 1} row" + ("" if len(rows) == 2 else "s")
    assert (written.exit_code, written.output) == (0, f"{count} in {tmp_path / 'list.csv'}.\n")
    assert (tmp_path / "list.csv").read_bytes() == shown.stdout_bytes
    assert run(command, "--xlsx", str(tmp_path / "list.xlsx")).exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").active
    assert sheet is not None
    assert [len(rows), rows[0]] == [sheet.max_row, [cell.value for cell in sheet[1]]]
    assert sorted(path.name for path in tmp_path.glob("list*")) == ["list.csv", "list.xlsx"]


@pytest.mark.usefixtures("filled")
def test_d07_a_spreadsheet_has_one_row_for_a_payment_with_its_best_candidate(run: Run) -> None:
    (payment,) = csv.DictReader(io.StringIO(run("unlinked", "--csv", "-").output))
    names = ("entry_id", "unlinked_amount", "account_name", "candidate_open_item_key")
    best = (*names, "candidate_residual_amount", "candidate_score", "candidate_due_date")
    assert [payment[name] for name in best] == [
        "2", "99.99", "Società Rossi", "FT-2", "59.99", "55", "2026-02-02",
    ]  # fmt: skip


MORNING = dt.datetime(2026, 3, 1, 8)  # noqa: DTZ001
HOSTILE = Report(
    ("text", "amount", "currency_code", "day_date", "made_at", "is_done", "count", "nothing"),
    iter(
        [
            (
                "=1+1",
                Decimal("-5.0000"),
                "EUR",
                dt.date(2026, 3, 1),
                MORNING,
                True,
                7,
                None,
            ),
            ("\tx", Decimal("0.1250"), "TND", None, None, False, -7, None),
            ("a\x07\nb", Decimal("5000.0000"), "JPY", None, None, None, None, None),
            ("plain", Decimal("12345678901234.1234"), "EUR", None, None, None, None, None),
        ]
    ),
)


def test_o06_no_text_of_a_spreadsheet_is_a_formula_and_amounts_stay_numbers(tmp_path: Path) -> None:
    rows = list(HOSTILE.rows)
    buffer = io.BytesIO()
    assert write_csv(buffer, Report(HOSTILE.columns, iter(rows))) == 4
    assert buffer.getvalue().decode() == (
        "text,amount,currency_code,day_date,made_at,is_done,count,nothing\r\n"
        "'=1+1,-5.00,EUR,2026-03-01,2026-03-01T08:00:00Z,true,7,\r\n"
        "'\tx,0.125,TND,,,false,-7,\r\n"
        '"a\x07\nb",5000,JPY,,,,,\r\n'
        "plain,12345678901234.1234,EUR,,,,,\r\n"
    )
    path = tmp_path / "hostile.xlsx"
    with path.open("wb") as stream:
        assert write_xlsx(stream, "hostile", Report(HOSTILE.columns, iter(rows))) == 4
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    shown = [[(cell.data_type, cell.value) for cell in line[:6]] for line in sheet.iter_rows(min_row=2)]
    nothing = ("n", None)
    assert shown == [
        [
            ("s", "'=1+1"), ("n", -5), ("s", "EUR"), ("d", dt.datetime(2026, 3, 1)),  # noqa: DTZ001
            ("d", MORNING), ("b", True),
        ],
        [("s", "'\tx"), ("n", 0.125), ("s", "TND"), nothing, nothing, ("b", False)],
        [("s", "a\\x07\nb"), ("n", 5000), ("s", "JPY"), nothing, nothing, nothing],
        [("s", "plain"), ("s", "12345678901234.1234"), ("s", "EUR"), nothing, nothing, nothing],
    ]  # fmt: skip
    assert [sheet.cell(line, 2).number_format for line in (2, 3, 4)] == ["0.00", "0.000", "0"]


@pytest.mark.parametrize("text", ["=x", "+x", "-x", "@x", "\tx", "\rx"])
def test_o06_what_a_spreadsheet_would_take_for_a_formula_is_made_harmless(text: str) -> None:
    assert (harmless(text), harmless(f"x{text}"), harmless("")) == (f"'{text}", f"x{text}", "")


def test_o06_a_hostile_description_is_harmless_in_the_list(filled: Home, run: Run) -> None:
    with Ledger(filled.ledger).writing("test") as ledger:
        ledger.execute("UPDATE ledger.open_item SET description = '=cmd|calc' WHERE item_id = 2")
    (item,) = csv.DictReader(io.StringIO(run("open-items", "--number", "FT-2", "--csv", "-").output))
    assert (item["description"], item["residual_amount"]) == ("'=cmd|calc", "59.99")


@pytest.mark.usefixtures("filled")
def test_o06_a_file_is_replaced_with_force_only(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text("mine", "utf-8")
    refused = run("open-items", "--csv", str(path))
    assert (refused.exit_code, refused.stderr, path.read_text("utf-8")) == (
        1,
        f"Error: {path} exists already: choose another name, or --force. Nothing was written.\n",
        "mine",
    )
    assert run("open-items", "--csv", str(path), "--force").exit_code == 0
    assert path.read_text("utf-8").startswith("company_code,account_code,")
    (tmp_path / "folder").mkdir()
    for name in (str(tmp_path / "folder"), "/dev/null"):
        assert run("open-items", "--csv", name, "--force").stderr == (
            f"Error: {name} is no file: choose another name. Nothing was written.\n"
        )
    missing = run("open-items", "--xlsx", str(tmp_path / "none" / "items.xlsx"))
    assert (
        missing.stderr
        == f"Error: {tmp_path / 'none' / 'items.xlsx'} cannot be written: No such file or directory\n"
    )


@pytest.mark.parametrize(
    "name",
    ["items.csv", "ledger/partita.duckdb", "inbox/items.csv", "processed/x.csv", "link/x.csv", "disk/x"],
)
def test_d03_no_list_is_written_into_the_home_but_into_the_outbox(
    filled: Home, run: Run, tmp_path: Path, name: str
) -> None:
    (filled.root / "link").symlink_to(filled.ledger)
    (tmp_path / "outside").mkdir()
    (filled.root / "disk").symlink_to(tmp_path / "outside")
    (tmp_path / "door").symlink_to(filled.root)
    before = (filled.ledger / "partita.duckdb").read_bytes()
    for path in (filled.root / name, tmp_path / "door" / name, filled.outbox / ".." / name):
        refused = run("open-items", "--csv", str(path), "--force")
        if name.startswith("disk"):
            assert refused.exit_code == 0, "that is not within the home"
            continue
        assert (refused.exit_code, refused.stderr) == (
            1,
            f"Error: {path} lies in the home, where Partita keeps its own files: choose another place, or "
            f"one in {filled.outbox}. Nothing was written.\n",
        )
    assert (filled.ledger / "partita.duckdb").read_bytes() == before
    assert run("open-items", "--csv", str(filled.outbox / "items.csv")).exit_code == 0


@pytest.mark.usefixtures("filled")
def test_o06_what_a_killed_command_left_is_replaced_and_no_link_is_followed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine", "utf-8")
    (tmp_path / ".items.csv.part").symlink_to(tmp_path / "precious")
    assert run("open-items", "--csv", str(tmp_path / "items.csv")).exit_code == 0
    assert (tmp_path / "precious").read_text("utf-8") == "mine"
    assert not (tmp_path / "items.csv").is_symlink()


@pytest.mark.usefixtures("home")
def test_o06_before_anything_was_imported_no_file_is_written(run: Run, tmp_path: Path) -> None:
    result = run("open-items", "--csv", str(tmp_path / "items.csv"))
    assert (result.exit_code, result.stdout, (tmp_path / "items.csv").exists()) == (0, "", False)
    assert result.stderr.startswith("There is no ledger yet")
