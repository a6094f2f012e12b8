"""The commands that list findings, open items, postings and unlinked payments."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from assets.home import Home
from assets.ledger.store import Ledger
from assets.settings import settings_from_rows
from tests.unit.cli.conftest import Run
from tests.unit.cli.small_ledger import AGAIN, FIRST, SECOND

SALES_MASKS = ";".join(settings_from_rows(()).masks("sales_masks"))

Answer = Callable[..., list[dict[str, object]]]
"""The fixture `answer`, for commands that answer with a list."""

UNKNOWN_ACCOUNT = {
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
    "import_number": "I2",
}
INVALID_AMOUNT = UNKNOWN_ACCOUNT | {
    "line_number": 2,
    "byte_start": 19,
    "byte_end": 40,
    "field": "amount",
    "finding_code": "invalid_amount",
    "raw_value": "40.00",
    "expected": "a comma",
    "remedy": "Correct it.",
    "progressive": "1",
    "resolution": "mended",
}
ITEM = {
    "company_code": "01",
    "account_code": "4000",
    "open_item_key": "FT-2",
    "document_number": "2/2026",
    "due_date": "2026-02-02",
    "currency_code": "EUR",
    "original_amount": "99.99",
    "settled_amount": "40.00",
    "residual_amount": "59.99",
    "status": "open",
    "side": "debit",
    "description": "Invoice 2",
    "origin": "opening",
    "hold_reason": None,
    "account_name": "Società Rossi",
    "counterparty_code": None,
    "counterparty_name": None,
}


@pytest.mark.usefixtures("filled")
def test_d11_findings_of_a_file_say_line_bytes_field_value_code_expectation_and_remedy(
    answer: Answer,
) -> None:
    found = answer("findings", "RITCOGE2.txt")
    assert found == [UNKNOWN_ACCOUNT]
    assert list(found[0]) == list(UNKNOWN_ACCOUNT), "the fields keep their order"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "name",
    ["ritcoge2.TXT", "data/inbox/RITCOGE2.txt", "I2", "i2", "I2 RITCOGE2.txt", SECOND.partition_key.upper()],
)
def test_d11_a_file_is_found_by_its_name_in_any_case_with_or_without_folder_or_by_its_key(
    answer: Answer, name: str
) -> None:
    assert answer("findings", name) == [UNKNOWN_ACCOUNT]


def test_d11_of_findings_with_nothing_to_do_nothing_is_to_be_mended(filled: Home, run: Run) -> None:
    advice = "Mend what the last column says, then `partita rerun --failed` or drop the corrected file.\n"
    assert run("findings", "I4").output.endswith(advice)
    with Ledger(filled.ledger).writing("test") as ledger:
        ledger.execute(
            "UPDATE ledger.finding SET remedy = 'Nothing to do: it has the same content.' WHERE import_id = 4"
        )
    assert run("findings", "I4").output.endswith("Nothing to do: it has the same content.\n")
    assert run("findings").output.endswith(advice)


@pytest.mark.usefixtures("filled")
def test_d11_of_warnings_alone_nobody_is_told_to_rerun_what_is_posted(run: Run) -> None:
    assert run("findings", "I1").output.endswith(
        "\n\nDo what the last column says; warnings need no rerun.\n"
    )


@pytest.mark.usefixtures("filled")
def test_d11_with_all_the_findings_of_earlier_attempts_are_listed_as_well(answer: Answer) -> None:
    again = UNKNOWN_ACCOUNT | {"resolution": "again in attempt 2"}
    assert answer("findings", "RITCOGE2.txt", "--all") == [INVALID_AMOUNT, again, UNKNOWN_ACCOUNT]


@pytest.mark.usefixtures("filled")
def test_d11_findings_of_reference_files_are_listed_with_those_of_traces(answer: Answer) -> None:
    found = [(row["source_file"], row["finding_code"], row["partition_key"]) for row in answer("findings")]
    assert found == [
        ("RITCOGE.txt", "open_item_not_found", FIRST.partition_key),
        ("RITCOGE.txt", "file_not_understood", AGAIN.partition_key),
        ("RITCOGE2.txt", "unknown_account", SECOND.partition_key),
        ("companies.csv", "reference_value_invalid", None),
    ]


@pytest.mark.usefixtures("filled")
def test_d11_findings_for_people_end_with_what_to_do_and_write_out_what_a_terminal_would_obey(
    run: Run,
) -> None:
    assert run("findings").output == dedent(
        """\
        file:line          severity  code                     field          value        expected                  what to do
        I1 RITCOGE.txt:4   WARN      open_item_not_found      open_item_key  FT-9         the key of an open item   Link it.
        I4 RITCOGE.txt     ERROR     file_not_understood                     nothing      a trace                   Drop the right file.
        I2 RITCOGE2.txt:4  ERROR     unknown_account          account        \\x1b[31mXYZ  an account of company 01  Add the account.
        companies.csv:3    ERROR     reference_value_invalid  currency_code  EURO         three letters             Correct it.

        Mend what the last column says, then `partita rerun --failed` or drop the corrected file.
        """  # noqa: E501
    )


@pytest.mark.usefixtures("filled")
def test_d11_a_file_without_findings_has_an_empty_list(run: Run, answer: Answer) -> None:
    assert answer("findings", "ritcoge_jpy.json") == []
    assert run("findings", "ritcoge_jpy.json").output == (
        "No open findings: nothing in the files waits for a person.\n"
    )


@pytest.mark.parametrize("command", ["findings", "postings"])
def test_d11_a_file_never_seen_is_an_error_and_not_an_empty_list(
    filled: Home, run: Run, command: str
) -> None:
    result = run(command, "RITCOGE9.txt", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: no file named RITCOGE9.txt was ever imported; `partita status` lists the last imports\n"
    )
    (filled.inbox / "RITCOGE9.txt").write_bytes(b"waiting")
    assert run(command, "RITCOGE9.txt").stderr == (
        "Error: RITCOGE9.txt waits in the inbox and was not imported yet: run `partita process`\n"
    )


@pytest.mark.parametrize("command", ["findings", "postings", "why"])
def test_d03_a_file_that_fits_no_mask_is_never_said_to_wait(filled: Home, run: Run, command: str) -> None:
    (filled.inbox / "PAYMENTS.txt").write_bytes(b"x")
    (filled.sales_inbox / "RITCOGE8.txt").write_bytes(b"x")
    assert [run(command, name).stderr for name in ("PAYMENTS.txt", "RITCOGE8.txt")] == [
        "Error: PAYMENTS.txt lies in the inbox and is left alone: no mask fits: file_masks is RITCOGE*.txt. "
        "Rename or remove it, or add a mask to file_masks in settings.csv.\n",
        "Error: RITCOGE8.txt lies in the inbox and is left alone: no mask fits: sales_masks is "
        f"{SALES_MASKS}. If it holds traces, move it to {filled.inbox}, whose masks it fits; if not, "
        "rename it as a mask says, or add a mask to sales_masks in settings.csv.\n",
    ]


@pytest.mark.usefixtures("filled")
def test_d04_open_items_are_listed_with_what_is_settled_and_what_is_left(answer: Answer) -> None:
    found = answer("open-items")
    third = {
        "open_item_key": "FT-3",
        "document_number": "3/2026",
        "due_date": None,
        "original_amount": "100.005",
        "settled_amount": "0.00",
        "residual_amount": "100.005",
        "description": "Invoice 3",
        "origin": "trace",
        "hold_reason": None,
    }
    fifth = {
        "company_code": "02",
        "open_item_key": "FT-1",
        "document_number": "5/2026",
        "due_date": "2026-02-05",
        "currency_code": "USD",
        "original_amount": "33.255",
        "settled_amount": "0.00",
        "residual_amount": "33.255",
        "description": "Invoice 5",
        "account_name": "Customers",
    }
    assert found == [ITEM, ITEM | third, ITEM | fifth]
    assert list(found[0]) == list(ITEM), "the fields keep their order"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        ((), ["01:FT-2", "01:FT-3", "02:FT-1"]),
        (("--status", "closed"), ["01:FT-1"]),
        (("--status", "withdrawn"), ["01:4"]),
        (("--status", "all"), ["01:FT-1", "01:FT-2", "01:4", "01:FT-3", "02:FT-1"]),
        (("--company", "02"), ["02:FT-1"]),
        (("--account", "4000", "--limit", "1"), ["01:FT-2"]),
        (("--account", "none"), []),
    ],
)
def test_d04_open_items_can_be_narrowed(answer: Answer, arguments: tuple[str, ...], keys: list[str]) -> None:
    found = answer("open-items", *arguments)
    assert [f"{row['company_code']}:{row['open_item_key']}" for row in found] == keys


@pytest.mark.usefixtures("filled")
def test_d04_a_table_that_is_cut_says_so(run: Run) -> None:
    assert run("open-items", "--limit", "2").output == dedent(
        """\
        company  account  key   document  due         side   original  settled  residual  currency  status  name
        01       4000     FT-2  2/2026    2026-02-02  debit     99.99    40.00     59.99  EUR       open    Società Rossi
        01       4000     FT-3  3/2026                debit   100.005     0.00   100.005  EUR       open    Società Rossi

        These are the first 2: choose --company or --account, or raise --limit.

        `partita why COMPANY:KEY` says what opened an item and what settled it.
        """  # noqa: E501
    )


@pytest.mark.usefixtures("filled")
def test_d21_postings_are_listed_in_both_currencies_with_their_place_in_the_file(answer: Answer) -> None:
    found = answer("postings", "ritcoge_jpy.json", "--limit", "2")
    second = {
        "entry_id": 4,
        "line_number": 2,
        "company_code": "02",
        "account_code": "4000",
        "posting_date": "2026-03-01",
        "accounting_reason_code": "INC",
        "currency_code": "USD",
        "debit_amount": "0",
        "credit_amount": "5000",
        "description": None,
        "open_item_key": "FT-1",
        "is_linked": True,
        "source_file": "ritcoge_jpy.json",
        "source_line": 2,
        "company_currency_code": "JPY",
        "currency_amount": "-33.255",
        "linked_amount": "5000",
        "unlinked_reason": None,
        "account_name": "Customers",
        "counterparty_code": None,
        "counterparty_name": None,
        "import_number": "I3",
        "entry_kind": "trace",
    }
    first = {
        "line_number": 1,
        "account_code": "1000",
        "debit_amount": "5000",
        "credit_amount": "0",
        "open_item_key": None,
        "is_linked": False,
        "source_line": 1,
        "currency_amount": "33.255",
        "linked_amount": "0",
        "account_name": "Bank in yen",
    }
    assert found == [second | first, second]
    assert list(found[0]) == list(second), "the fields keep their order"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "references"),
    [
        (("RITCOGE.txt",), ["1/1", "1/2", "2/1", "2/2"]),
        (("I3",), ["4/1", "4/2", "5/1", "5/2"]),
        (("i3 ritcoge_jpy.json",), ["4/1", "4/2", "5/1", "5/2"]),
        ((AGAIN.partition_key,), []),
        (("--company", "02", "--account", "1000"), ["4/1", "5/1"]),
        (("--limit", "3"), ["1/1", "1/2", "2/1"]),
    ],
)
def test_o06_postings_can_be_narrowed(
    answer: Answer, arguments: tuple[str, ...], references: list[str]
) -> None:
    found = answer("postings", *arguments)
    assert [f"{row['entry_id']}/{row['line_number']}" for row in found] == references


@pytest.mark.usefixtures("filled")
def test_o06_postings_for_people_have_their_amounts_right_aligned(run: Run) -> None:
    assert run("postings", "RITCOGE.txt").output == dedent(
        """\
        posting  kind   company  account  date        reason    debit   credit  currency  description      item  linked  file:line         name
        1/1      trace  01       1000     2026-03-01  INC     1250.50     0.00  EUR       Società Rossi €        no      I1 RITCOGE.txt:1  Bank
        1/2      trace  01       4000     2026-03-01  INC        0.00  1250.50  EUR                        FT-1  yes     I1 RITCOGE.txt:2  Società Rossi
        2/1      trace  01       1000     2026-03-01  INC       99.99     0.00  EUR                              no      I1 RITCOGE.txt:3  Bank
        2/2      trace  01       4000     2026-03-01  INC        0.00    99.99  EUR                        FT-9  no      I1 RITCOGE.txt:4  Società Rossi

        `partita why ENTRY/LINE` shows the line of the file behind a posting.
        """  # noqa: E501
    )


@pytest.mark.usefixtures("filled")
def test_d07_an_unlinked_payment_is_listed_with_its_reason_and_best_candidates(answer: Answer) -> None:
    assert answer("unlinked") == [
        {
            "entry_id": 2,
            "line_number": 2,
            "company_code": "01",
            "account_code": "4000",
            "posting_date": "2026-03-01",
            "company_currency_code": "EUR",
            "unlinked_amount": "99.99",
            "side": "credit",
            "unlinked_reason": "open_item_not_found",
            "open_item_key": "FT-9",
            "description": None,
            "import_number": "I1",
            "source_file": "RITCOGE.txt",
            "partition_key": FIRST.partition_key,
            "source_line": 4,
            "candidates": [
                {
                    "candidate_rank": 1,
                    "score": 55,
                    "explanation": "other amount or currency; due 2026-02-02 (10 days apart); same account; "
                    "same document number",
                    "company_code": "01",
                    "account_code": "4000",
                    "open_item_key": "FT-2",
                    "document_number": "2/2026",
                    "due_date": "2026-02-02",
                    "currency_code": "EUR",
                    "residual_amount": "59.99",
                    "status": "open",
                },
                {
                    "candidate_rank": 2,
                    "score": 50,
                    "explanation": "amount differs by 0.015; no due date; same account",
                    "company_code": "01",
                    "account_code": "4000",
                    "open_item_key": "FT-3",
                    "document_number": "3/2026",
                    "due_date": None,
                    "currency_code": "EUR",
                    "residual_amount": "100.005",
                    "status": "open",
                },
            ],
            "account_name": "Società Rossi",
            "counterparty_code": None,
            "counterparty_name": None,
        }
    ]


@pytest.mark.usefixtures("filled")
def test_d07_unlinked_payments_for_people_are_followed_by_their_candidates(run: Run) -> None:
    assert run("unlinked").output == dedent(
        """\
        posting  company  account  date         amount  currency  item / reason        score  description / why this candidate                                                              file:line         name
        2/2      01       4000     2026-03-01    99.99  EUR       open_item_not_found                                                                                                       I1 RITCOGE.txt:4  Società Rossi
          1.     01       4000     2026-02-02    59.99  EUR       FT-2                    55  other amount or currency; due 2026-02-02 (10 days apart); same account; same document number
          2.     01       4000                 100.005  EUR       FT-3                    50  amount differs by 0.015; no due date; same account

        Each payment is followed by its candidates, the best first. Find out which item it belongs to: `partita why COMPANY:KEY` shows an item, `partita why ENTRY/LINE` the line of the file. `partita link ENTRY/LINE COMPANY:KEY --reason ...` links them.
        """  # noqa: E501
    )


@pytest.mark.usefixtures("filled")
def test_d07_without_unlinked_payments_there_is_a_sentence(run: Run, answer: Answer) -> None:
    assert answer("unlinked", "--company", "02") == []
    assert run("unlinked", "--company", "02").output == (
        "No unlinked payments: every payment settles the items that it names.\n"
    )


def test_d07_a_candidate_that_was_closed_since_is_not_proposed_any_more(
    filled: Home, run: Run, answer: Answer
) -> None:
    workbench = Ledger(filled.ledger).workbench()
    with Ledger(filled.ledger).transaction(workbench, "test") as connection:
        connection.execute(
            "UPDATE ledger.open_item SET status = 'closed', settled_amount = original_amount "
            "WHERE open_item_key = 'FT-2'"
        )
    workbench.close()
    (payment,) = answer("unlinked")
    assert [
        (row["candidate_rank"], row["open_item_key"], row["residual_amount"], row["status"])
        for row in payment["candidates"]  # type: ignore[attr-defined]
    ] == [(1, "FT-3", "100.005", "open")]
    assert [line.rstrip() for line in run("unlinked").output.splitlines() if line.startswith("  ")] == [
        "  1.     01       4000                 100.005  EUR       FT-3                    50  "
        "amount differs by 0.015; no due date; same account",
    ]
