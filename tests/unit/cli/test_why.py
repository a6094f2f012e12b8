"""The command `why` (O06): from a posting to the bytes of its file, and what became of items and files."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from assets.home import Home
from tests.unit.cli.conftest import Run
from tests.unit.cli.small_ledger import FIRST, SECOND, YEN

Answer = Callable[..., dict[str, object]]

VERSION_1 = [
    {
        "file_name": name,
        "version": 1,
        "content_sha256": f"hash of {name} 1",
        "loaded_at": "2026-03-01T08:00:00Z",
    }
    for name in ("chart_of_accounts.csv", "opening_open_items.csv", "settings.csv")
]
VERSION_2 = [
    {
        "file_name": "chart_of_accounts.csv",
        "version": 2,
        "content_sha256": "hash of chart_of_accounts.csv 2",
        "loaded_at": "2026-03-01T08:15:00Z",
    },
    *VERSION_1[1:],
]
FIRST_SETTLEMENT = {
    "settlement_id": 1,
    "settlement_date": "2026-03-01",
    "company_code": "01",
    "open_item_key": "FT-1",
    "account_code": "4000",
    "currency_code": "EUR",
    "amount": "1250.50",
    "company_currency_code": "EUR",
    "amount_company_currency": "1250.50",
    "settlement_flag": "S",
    "matching_rule": "company and open_item_key",
    "entry_id": 1,
    "line_number": 2,
    "import_number": "I1",
    "source_file": "RITCOGE.txt",
    "partition_key": FIRST.partition_key,
    "source_line": 2,
    "byte_start": 35,
    "byte_end": 59,
    "attempt": 1,
    "run_id": "run-1",
    "created_at": "2026-03-01T08:10:00Z",
    "undone_at": None,
    "undone_by_entry_id": None,
    "requested_by": None,
    "requested_reason": None,
}
SECOND_POSTING = {
    "entry_id": 1,
    "line_number": 2,
    "account_code": "4000",
    "account_name": "Società Rossi",
    "company_currency_code": "EUR",
    "debit_amount": "0.00",
    "credit_amount": "1250.50",
    "currency_code": "EUR",
    "currency_amount": "-1250.50",
    "description": None,
    "open_item_key": "FT-1",
    "settlement_flag": "S",
    "is_linked": True,
    "linked_amount": "1250.50",
    "unlinked_reason": None,
    "posting_rule": None,
    "is_generated": False,
    "source_line": 2,
    "byte_start": 35,
    "byte_end": 59,
    "settlements": [FIRST_SETTLEMENT],
    "raw_line": "01 cust  -1250,50 FT-1 S",
    "candidates": [],
}
FIRST_ENTRY = {
    "kind": "posting",
    "kept_file": f"processed/{FIRST.partition_key}",
    "kept_file_problem": None,
    "entry_id": 1,
    "entry_kind": "trace",
    "company_code": "01",
    "posting_date": "2026-03-01",
    "accounting_reason_code": "INC",
    "progressive": "1",
    "movement_key": "01|A|2026|1|2026-03-01|1.00|1000",
    "reverses_entry_id": None,
    "reversed_by_entry_id": None,
    "created_at": "2026-03-01T08:10:00Z",
    "import_number": "I1",
    "source_file": "RITCOGE.txt",
    "partition_key": FIRST.partition_key,
    "content_sha256": FIRST.sha256,
    "byte_count": 102,
    "reader_name": "text",
    "import_status": "posted",
    "attempt": 1,
    "run_id": "run-1",
    "reference_version": 1,
    "reference_files": VERSION_1,
    "postings": [SECOND_POSTING],
}


@pytest.mark.usefixtures("filled")
def test_o06_a_posting_is_explained_by_file_line_bytes_rule_run_and_reference_version(answer: Answer) -> None:
    assert answer("why", "1/2") == FIRST_ENTRY


@pytest.mark.usefixtures("filled")
def test_o06_an_entry_is_explained_with_all_its_postings(answer: Answer) -> None:
    first = {
        "line_number": 1,
        "account_code": "1000",
        "account_name": "Bank",
        "debit_amount": "1250.50",
        "credit_amount": "0.00",
        "currency_amount": "1250.50",
        "description": "Società Rossi €",
        "open_item_key": None,
        "settlement_flag": None,
        "is_linked": False,
        "linked_amount": "0.00",
        "source_line": 1,
        "byte_start": 0,
        "byte_end": 33,
        "settlements": [],
        "raw_line": "01 bank  +1250,50 Società Rossi €",
    }
    assert answer("why", "1") == FIRST_ENTRY | {"postings": [SECOND_POSTING | first, SECOND_POSTING]}


@pytest.mark.usefixtures("filled")
def test_o06_a_posting_for_people_shows_the_raw_line_of_the_kept_file(run: Run) -> None:
    assert run("why", "1/2").output == dedent(
        f"""\
        Journal entry 1 (trace) of company 01 on 2026-03-01
          accounting reason   INC
          movement            1
          movement key        01|A|2026|1|2026-03-01|1.00|1000
          import              I1
          file                {FIRST.partition_key}
          status of the file  posted
          kept as             processed/{FIRST.partition_key}
          run                 run-1
          attempt             1
          reference version   1
          posted              2026-03-01T08:10:00Z

        Posting 1/2: account 4000 Società Rossi, credit 1250.50 EUR
          amount in currency  -1250.50 EUR
          open item key       FT-1
          settlement flag     S
          linked amount       1250.50
          line of the file    2
          bytes               35-59
          raw line            01 cust  -1250,50 FT-1 S
        date        posting  item      amount  currency  flag  rule                       file:line         run    undone
        2026-03-01  1/2      01:FT-1  1250.50  EUR       S     company and open_item_key  I1 RITCOGE.txt:2  run-1

        Next: `partita why COMPANY:KEY` shows everything that settled an item.
        """  # noqa: E501
    )


@pytest.mark.usefixtures("filled")
def test_o06_the_run_of_an_entry_is_that_of_the_attempt_that_posted_it(answer: Answer) -> None:
    found = answer("why", "3")
    assert (found["attempt"], found["run_id"], found["reference_version"], found["reference_files"]) == (
        2,
        "run-2b",
        2,
        VERSION_2,
    )


@pytest.mark.usefixtures("filled")
def test_d10_a_reversed_entry_names_its_reversal_and_the_reversal_the_entry(answer: Answer) -> None:
    names = ("entry_kind", "reverses_entry_id", "reversed_by_entry_id", "import_status")
    reversed_entry, reversal = answer("why", "4", "--as", "posting"), answer("why", "5")
    assert [reversed_entry[name] for name in names] == ["trace", None, 5, "deleted"]
    assert [reversal[name] for name in names] == ["reversal", 4, None, "deleted"]
    assert answer("why", "5/1")["postings"][0]["raw_line"] is None  # type: ignore[index]


def test_o06_the_raw_line_is_found_in_the_inbox_if_a_crash_left_the_file_there(
    filled: Home, answer: Answer
) -> None:
    kept = filled.processed / FIRST.partition_key
    kept.rename(filled.inbox / "RITCOGE.txt")
    found = answer("why", "1/2")
    assert (found["kept_file"], found["postings"]) == ("inbox/RITCOGE.txt", [SECOND_POSTING])


def test_o06_another_file_of_the_same_name_in_the_inbox_is_no_evidence(filled: Home, answer: Answer) -> None:
    (filled.processed / FIRST.partition_key).unlink()
    (filled.inbox / "RITCOGE.txt").write_bytes(FIRST.content.replace(b"1250", b"9250"))
    found = answer("why", "1/2")
    assert (found["kept_file"], found["postings"]) == (None, [SECOND_POSTING | {"raw_line": None}])
    assert found["kept_file_problem"] == (
        f"{FIRST.partition_key} is neither in {filled.processed} nor in {filled.failed}"
    )


def test_o06_a_kept_file_that_somebody_changed_is_no_evidence(filled: Home, answer: Answer) -> None:
    kept = filled.processed / FIRST.partition_key
    kept.write_bytes(b"something else")
    assert answer("why", "1/2")["kept_file_problem"] == (
        f"{kept} was changed since the import: its size differs"
    )


@pytest.mark.usefixtures("filled")
def test_o06_an_open_item_is_explained_by_what_opened_it_and_every_settlement(answer: Answer) -> None:
    undone = FIRST_SETTLEMENT | {
        "settlement_id": 3,
        "company_code": "02",
        "currency_code": "USD",
        "amount": "33.255",
        "company_currency_code": "JPY",
        "amount_company_currency": "5000",
        "entry_id": 4,
        "import_number": "I3",
        "source_file": "ritcoge_jpy.json",
        "partition_key": YEN.partition_key,
        "byte_start": 24,
        "byte_end": 41,
        "run_id": "run-3",
        "created_at": "2026-03-01T08:30:00Z",
        "undone_at": "2026-03-01T08:35:00Z",
        "undone_by_entry_id": 5,
    }
    assert answer("why", "02:FT-1") == {
        "kind": "item",
        "company_code": "02",
        "account_code": "4000",
        "open_item_key": "FT-1",
        "document_number": "5/2026",
        "document_date": "2026-01-05",
        "due_date": "2026-02-05",
        "currency_code": "USD",
        "original_amount": "33.255",
        "settled_amount": "0.00",
        "residual_amount": "33.255",
        "status": "open",
        "side": "debit",
        "description": "Invoice 5",
        "origin": "opening",
        "hold_reason": None,
        "opened_at": "2026-03-01T08:00:00Z",
        "opened_by_file": "opening_open_items.csv",
        "opened_by_version": 1,
        "opened_by_import_number": None,
        "opened_by_partition_key": None,
        "opened_by_entry_id": None,
        "opened_by_source_line": None,
        "opened_by_run_id": None,
        "reopens_open_item_key": None,
        "settlements": [undone],
        "unlinked_payments": [],
    }


@pytest.mark.usefixtures("filled")
def test_d17_an_item_that_an_entry_opened_names_the_entry_its_file_line_and_run(run: Run) -> None:
    assert run("why", "FT-3").output == dedent(
        f"""\
        Open item 01:FT-3: open, residual 100.005 EUR
          account          4000
          side             debit
          document         3/2026
          document date    2026-01-03
          description      Invoice 3
          original amount  100.005
          settled amount   0.00
          residual amount  100.005
          opened           2026-03-01T08:20:00Z
          origin           trace
            import         I2
            file           RITCOGE2.txt
            partition key  {SECOND.partition_key}
            line           1
            entry          3
            run            run-2b

        Nothing has settled this item yet.
        """
    )


@pytest.mark.usefixtures("filled")
def test_d07_an_open_item_names_unlinked_payments_that_may_be_its(run: Run) -> None:
    shown = run("why", "01:FT-2").output
    assert shown[shown.index("Unlinked payments") :] == dedent(
        """\
        Unlinked payments that may be its
        posting  date        amount  currency  fits by          description  file:line
        2/2      2026-03-01   99.99  EUR       document number               I1 RITCOGE.txt:4

        `partita link 2/2 01:FT-2 --reason ...` links the two; with --dry-run it shows what that would change.
        """
    )


@pytest.mark.usefixtures("filled")
def test_d07_an_unlinked_payment_names_its_candidates(run: Run) -> None:
    shown = run("why", "2/2").output
    assert shown[shown.index("Unlinked: ") :] == dedent(
        """\
        Unlinked: it may belong to
        item     account  due         residual  currency  score  why this candidate
        01:FT-2  4000     2026-02-02     59.99  EUR          55  other amount or currency; due 2026-02-02 (10 days apart); same account; same document number
        01:FT-3  4000                  100.005  EUR          50  amount differs by 0.015; no due date; same account

        `partita link 2/2 01:FT-2 --reason ...` links the two; with --dry-run it shows what that would change.

        Next: `partita why COMPANY:KEY` shows everything that settled an item.
        """  # noqa: E501
    )


@pytest.mark.usefixtures("filled")
def test_o06_a_file_is_explained_by_its_import_attempts_findings_and_entries(answer: Answer) -> None:
    found = answer("why", "ritcoge2.txt")
    finding = {
        "import_number": "I2",
        "source_file": "RITCOGE2.txt",
        "line_number": 4,
        "byte_start": 57,
        "byte_end": 70,
        "field": "account",
        "finding_code": "unknown_account",
        "severity": "ERROR",
        "raw_value": "\x1b[31mXYZ",
        "expected": "an account of company 01",
        "remedy": "Add the account.",
        "partition_key": SECOND.partition_key,
        "progressive": "2",
        "company_code": "01",
        "resolution": None,
        "document_number": None,
        "counterparty_code": None,
        "counterparty_name": None,
        "found_at": "2026-03-01T08:10:00Z",
    }
    earlier = finding | {"resolution": "again in attempt 2"}
    amount = finding | {
        "resolution": "mended",
        "line_number": 2,
        "byte_start": 19,
        "byte_end": 40,
        "field": "amount",
        "finding_code": "invalid_amount",
        "raw_value": "40.00",
        "expected": "a comma",
        "remedy": "Correct it.",
        "progressive": "1",
    }
    assert found == {
        "kind": "file",
        "kept_file": f"failed/{SECOND.partition_key}",
        "kept_file_problem": None,
        "import_id": 2,
        "import_number": "I2",
        "source_kind": "trace",
        "partition_key": SECOND.partition_key,
        "source_file": "RITCOGE2.txt",
        "content_sha256": SECOND.sha256,
        "byte_count": 72,
        "reader_name": "text",
        "status": "incomplete",
        "attempt": 2,
        "reference_version": 2,
        "run_id": "run-2b",
        "imported_at": "2026-03-01T08:20:00Z",
        "line_count": 4,
        "movement_count": 2,
        "posted_movement_count": 1,
        "repeated_movement_count": 0,
        "posting_count": 2,
        "linked_posting_count": 1,
        "unlinked_posting_count": 0,
        "error_count": 1,
        "warning_count": 0,
        "debit_total": "40.00",
        "credit_total": "40.00",
        "repeats_import_number": None,
        "repeats_partition_key": None,
        "superseded_by_import_number": None,
        "superseded_by_partition_key": None,
        "closed_at": None,
        "closed_by": None,
        "closed_reason": None,
        "rules_version": None,
        "attempts": [
            {
                "attempt": 1,
                "attempted_at": "2026-03-01T08:12:00Z",
                "status": "failed",
                "posted_movement_count": 0,
                "error_count": 2,
                "warning_count": 0,
                "reference_version": 1,
                "run_id": "run-2",
            },
            {
                "attempt": 2,
                "attempted_at": "2026-03-01T08:20:00Z",
                "status": "incomplete",
                "posted_movement_count": 1,
                "error_count": 1,
                "warning_count": 0,
                "reference_version": 2,
                "run_id": "run-2b",
            },
        ],
        "reference_files": VERSION_2,
        "kept_out_movements": [
            {
                "company_code": "01",
                "progressive": "2",
                "movement_reference": "A/2026/2",
                "first_line_number": 4,
                "finding_codes": "unknown_account",
            }
        ],
        "findings": [amount, earlier, finding],
        "entries": [
            {
                "entry_id": 3,
                "entry_kind": "trace",
                "company_code": "01",
                "posting_date": "2026-03-01",
                "accounting_reason_code": "INC",
                "progressive": "1",
                "source_line": 1,
                "movement_key": "01|A|2026|3|2026-03-01|1.00|1000",
                "attempt": 2,
                "reverses_entry_id": None,
                "posting_count": 2,
                "company_currency_code": "EUR",
                "debit_total": "40.00",
                "unlinked_posting_count": 0,
            }
        ],
    }


def test_d10_a_deleted_file_for_people_says_who_closed_it_and_why(filled: Home, run: Run) -> None:
    assert run("why", str(filled.inbox / "ritcoge_jpy.json")).output == dedent(
        f"""\
        File I3 {YEN.partition_key}: deleted
          source file        ritcoge_jpy.json
          kept as            processed/{YEN.partition_key}
          SHA-256            {YEN.sha256}
          bytes              43
          lines              2
          reader             json
          imported           2026-03-01T08:30:00Z
          run                run-3
          attempt            1
          reference version  2
          movements          1
            posted           1
            posted before    0
          postings           2
            linked           1
            unlinked         0
          debit total        5000.00
          credit total       5000.00
          errors             0
          warnings           0
          closed             2026-03-01T08:35:00Z
          closed by          anna
          closed because     wrong company

        Attempts
        attempt  at                    status  movements posted  errors  warnings  reference version  run
              1  2026-03-01T08:30:00Z  posted                 1       0         0                  2  run-3

        Entries made
        entry  kind      company  date        reason  movement  line  postings  debit  unlinked
            4  trace     02       2026-03-01  INC     1            1         2   5000         0
            5  reversal  02       2026-03-01  INC     1                      2   5000         0

        Next: `partita why ENTRY/LINE` shows the line of the file behind a posting.
        """
    )


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("what", "listed"),
    [
        (
            "RITCOGE.txt",
            [
                "  partita why I4  (RITCOGE.txt, failed, imported 2026-03-01 08:40 UTC)",
                "  partita why I1  (RITCOGE.txt, posted, imported 2026-03-01 08:10 UTC)",
            ],
        ),
        (
            "FT-1",
            [
                "  partita why 01:FT-1  (open item on account 4000, closed)",
                "  partita why 02:FT-1  (open item on account 4000, open)",
            ],
        ),
        (
            "4",
            [
                "  partita why 4 --as posting  (journal entry of company 02 on 2026-03-01)",
                "  partita why 01:4  (open item on account 4000, withdrawn)",
            ],
        ),
    ],
)
def test_o06_what_could_be_several_things_lists_them_and_ends_with_2(
    run: Run, what: str, listed: list[str]
) -> None:
    result = run("why", what, "--json")
    heading = f"Error: {what} could be 2 things; say which one:"
    assert (result.exit_code, result.stdout) == (64, "")
    assert result.stderr.splitlines() == [heading, *listed]


@pytest.mark.usefixtures("filled")
def test_o06_what_it_is_can_be_said(answer: Answer) -> None:
    assert answer("why", "4", "--as", "item")["open_item_key"] == "4"
    assert answer("why", "01:4")["open_item_key"] == "4"
    assert answer("why", "4", "--as", "posting")["entry_id"] == 4
    for name in (FIRST.partition_key, "I1", "i1", "I1 RITCOGE.txt", "I1 RITCOGE.txt:2"):
        assert answer("why", name)["import_id"] == 1


def test_o06_what_nobody_knows_is_an_error(filled: Home, run: Run) -> None:
    unknown = run("why", "FT-77")
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert unknown.stderr == (
        "Error: the ledger has nothing by FT-77: give a file name or I12, ENTRY or ENTRY/LINE, an open item "
        "key or COMPANY:KEY, a document such as D12, a correction such as C5, or a number, an amount, a "
        "name, an IBAN or a date\n"
    )
    for absent in ("1/9", "99", "9" * 40):
        assert run("why", absent).exit_code == 1
    (filled.inbox / "RITCOGE9.txt").write_bytes(b"waiting")
    assert run("why", "RITCOGE9.txt").stderr == (
        "Error: RITCOGE9.txt waits in the inbox and was not imported yet: run `partita process`\n"
    )
