"""What follows from messages of the exchange system does not depend on the order in which anything comes.

A slow reading of the rules, message by message, agrees with the statements over all of them.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from samples.sales_files import csv_of, row
from tests.support.effort import examples
from tests.support.exchange import message
from tests.support.ledgers import LedgerHome, make_home
from tests.support.sales import DATA, import_sales
from tests.support.whole_ledger import invariants_of

SENT_AS: Final = {
    "1": "IT09990019995_00001.xml",
    "2": "IT09990019995_00002.xml",
    "3": "IT09990019995_00002.xml",
}
"""By number of the invoice: the second and the third were sent in one file."""

FILES: Final = ("IT09990019995_00001.xml", "it09990019995_00002.XML.p7m", "IT09990019995_00003.xml")
"""As messages name them; the third is nobody's."""

OPEN: Final = """
    SELECT finding_code, coalesce(progressive, raw_value) FROM ledger.finding
    WHERE resolution IS NULL AND finding_code NOT LIKE 'sales_file%' ORDER BY ALL
"""


class Told(NamedTuple):
    """One message: about a file, by its identifier; an answer names one invoice, or none."""

    kind: str
    file: str
    identifier: int
    outcome: str | None
    number: str | None

    @property
    def data(self) -> bytes:
        """The message as it comes; when the exchange system received the file is said by none."""
        return message(
            self.kind,
            self.file,
            str(self.identifier),
            received=None,
            outcome=self.outcome,
            number=self.number,
        )

    @property
    def shown(self) -> str:
        """What a message that fits nothing is listed as."""
        name = str(self.identifier) if self.kind == "EC" else self.file
        errors = "00311 CodiceDestinatario non valido" if self.kind == "NS" else None
        return " ".join(part for part in (self.kind, self.outcome, name, self.number, errors) if part)


@st.composite
def messages(draw: st.DrawFn) -> list[Told]:
    """Messages about transmissions, each of which is about one file."""
    file_of = [draw(st.sampled_from(FILES)) for _ in range(4)]
    found = []
    for _ in range(draw(st.integers(1, 8))):
        identifier = draw(st.integers(0, 3))
        kind = draw(st.sampled_from(["NS", "RC", "MC", "NE", "EC", "AT"]))
        is_answer = kind in ("NE", "EC")
        outcome = draw(st.sampled_from(["EC01", "EC02"])) if is_answer else None
        number = draw(st.sampled_from([None, "2", "3", "9"])) if is_answer else None
        found.append(Told(kind, file_of[identifier], 100 + identifier, outcome, number))
    return list(dict.fromkeys(found))


def expected(told: list[Told]) -> list[tuple[str, str]]:
    """What is wrong by the rules: errors on invoices, and messages that fit nothing."""
    named = {each.identifier for each in told if each.kind != "EC"}

    def about(each: Told) -> list[str]:
        if each.kind == "EC" and each.identifier not in named:
            return []
        file = each.file.lower().removesuffix(".p7m")
        return [
            number
            for number, sent in SENT_AS.items()
            if sent.lower() == file and each.number in (None, number)
        ]

    accepted = [
        (number, each.identifier)
        for each in told
        if each.kind in ("RC", "MC", "AT") or each.outcome == "EC01"
        for number in about(each)
    ]
    wrong = {
        (
            "sales_rejected_by_exchange" if each.kind == "NS" else "sales_refused_by_customer",
            number,
            each.identifier,
        )
        for each in told
        if each.kind == "NS" or each.outcome == "EC02"
        for number in about(each)
        if not any(other == number and later > each.identifier for other, later in accepted)
    }
    unmatched = [("exchange_message_unmatched", each.shown) for each in told if not about(each)]
    return sorted([*((code, number) for code, number, _ in wrong), *unmatched])


def left(home: LedgerHome, files: list[tuple[str, bytes]]) -> list[tuple[object, ...]]:
    """What is found wrong in a fresh ledger after these files."""
    with home.trial():
        for number, (suffix, data) in enumerate(files):
            import_sales(home, f"{number}.{suffix}", data)
        assert invariants_of(home.workbench) == {}
        return home.rows(OPEN)


def test_messages_and_invoices_in_any_order_and_again_come_to_what_the_rules_say(
    tmp_path_factory: Any,
) -> None:
    home = make_home(tmp_path_factory.mktemp("home"), DATA)
    invoices = [
        ("csv", csv_of(row(document_number=number, sdi_file_name=sent))) for number, sent in SENT_AS.items()
    ]

    @settings(max_examples=examples(3, 60))
    @given(messages(), st.randoms(use_true_random=False))
    def check(told: list[Told], random: Any) -> None:
        files = [*invoices, *(("xml", each.data) for each in told)]
        again = random.sample(files, random.randint(0, 2))
        assert left(home, random.sample([*files, *again], len(files) + len(again))) == expected(told)

    check()
    home.close()
