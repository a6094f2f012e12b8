"""Names for Beancount: what is valid stays as it is, and two of ours never become one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.reports.naming import Account, account_names, component, item_link, quoted, roots_of_setting

VALID_NAME = re.compile(
    r"(Assets|Liabilities|Equity|Income|Expenses)(:[A-Z0-9][A-Za-z0-9-]*)+", flags=re.ASCII
)
VALID_LINK = re.compile(r"[A-Za-z0-9_/.-]+", flags=re.ASCII)


def names(*accounts: Account, roots: str = "") -> list[str]:
    """The names of the accounts, in their order."""
    return list(account_names(accounts, {"ALBA": roots_of_setting(roots)}).values())


@pytest.mark.parametrize(
    ("account", "name"),
    [
        (Account("ALBA", "1801001", "Banca Collina", "bank"), "Assets:ALBA:Bank:1801001-Banca-Collina"),
        (Account("ALBA", "1809001", "In transit", "transit"), "Assets:ALBA:Transit:1809001-In-transit"),
        (Account("ALBA", "1500001", "Società È", "customer"), "Assets:ALBA:Customers:1500001-Societa-E"),
        (Account("ALBA", "4000001", "Acciai", "supplier"), "Liabilities:ALBA:Suppliers:4000001-Acciai"),
        (Account("ALBA", "7501001", "Bank charges", "other"), "Expenses:ALBA:Other:7501001-Bank-charges"),
        (Account("ALBA", "9", None, None), "Expenses:ALBA:Other:9"),
        (Account("ALBA", "9", "€", "bank"), "Assets:ALBA:Bank:9"),
        (Account("ALBA", "15.01", "Rossi", "bank"), "Assets:ALBA:Bank:15-01-0f2de8-Rossi"),
    ],
)  # fmt: skip
def test_o08_an_account_is_called_by_kind_company_code_and_name(account: Account, name: str) -> None:
    assert names(account) == [name]


def test_o08_a_setting_names_the_kind_by_the_beginning_of_the_code_the_longest_counts() -> None:
    accounts = [Account("ALBA", code, None, kind) for code, kind in (
        ("7501001", "other"), ("7000001", "other"), ("4501001", "other"), ("4000001", "supplier"),
    )]  # fmt: skip
    assert names(*accounts, roots="7:Income;75:Expenses;45:Liabilities;4:Equity") == [
        "Expenses:ALBA:Other:7501001",
        "Income:ALBA:Other:7000001",
        "Liabilities:ALBA:Other:4501001",
        "Equity:ALBA:Suppliers:4000001",
    ]


def test_o08_two_accounts_whose_names_would_be_the_same_are_told_apart() -> None:
    first, second = names(Account("ALBA", "15", "01 X", "bank"), Account("ALBA", "15-01", "X", "bank"))
    assert first == "Assets:ALBA:Bank:15-01-X"
    assert re.fullmatch(r"Assets:ALBA:Bank:15-01-X-[0-9a-f]{6}", second)


@given(
    st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1), st.text()), unique_by=lambda row: row[:2])
)
def test_o08_whatever_codes_and_names_are_accounts_are_valid_and_different(
    rows: list[tuple[str, str, str]],
) -> None:
    made = account_names([Account(*row, "bank") for row in rows], {})
    assert len(set(made.values())) == len(rows)
    assert [name for name in made.values() if not VALID_NAME.fullmatch(name)] == []


@given(st.text(min_size=1), st.text(min_size=1))
def test_o08_whatever_a_key_is_its_link_is_valid(company: str, key: str) -> None:
    assert VALID_LINK.fullmatch(item_link(company, key))


def test_o08_links_of_different_items_are_different() -> None:
    pairs = [
        ("ALBA", "FV-1"),
        ("BREZZA", "FV-1"),
        ("ALBA", "FV 1"),
        ("ALBA", "FV.1"),
        ("A.B", "C"),
        ("A", "B.C"),
    ]
    links = [item_link(*pair) for pair in pairs]
    assert len(set(links)) == len(pairs)
    assert links[:2] == ["ALBA.FV-1", "BREZZA.FV-1"]


@pytest.mark.parametrize(
    ("text", "string"),
    [
        ("Metà", '"Metà"'),
        ('Ditta "Rossi"', '"Ditta \\"Rossi\\""'),
        ("C:\\x", '"C:\\\\x"'),
        ("one\ntwo\x00three", '"one two three"'),
    ],
)
def test_o08_quotes_and_control_characters_in_texts_are_escaped(text: str, string: str) -> None:
    assert quoted(text) == string


def test_o08_a_part_of_a_name_begins_with_a_capital_letter_or_a_digit() -> None:
    assert [component(text) for text in ("alba", "9alba", "-alba-", "àlba", "€")] == [
        "Alba", "9alba", "Alba", "Alba", "",
    ]  # fmt: skip
