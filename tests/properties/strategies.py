"""What may stand in a trace, and the ways in which its bytes may be spoiled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from hypothesis import strategies as st

from samples.trace_files import TraceLine, layout, render_line

# Every character of cp1252 that prints: what a treasury program can write in one byte.
_PRINTABLE: Final = [
    character
    for byte in (*range(0x20, 0x7F), *range(0x80, 0x100))
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    for character in bytes([byte]).decode("cp1252")
]
_PLAIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 /-.,'"


def texts(length: int, alphabet: str | list[str] = _PLAIN) -> st.SearchStrategy[str]:
    """Text that fits the field and reads back as it is: no blanks at its ends."""
    return st.text(alphabet, max_size=length).map(lambda text: text.strip(" "))


def amounts(digits: int, decimals: int) -> st.SearchStrategy[Decimal]:
    """Amounts of any size that the field holds, small ones more often than large ones."""
    largest = 10 ** (digits + decimals) - 1
    units = st.one_of(st.integers(-(10**7), 10**7), st.integers(-largest, largest))
    return units.map(lambda number: Decimal(number).scaleb(-decimals))


_DATES: Final = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def _values(name: str, kind: str, length: int) -> st.SearchStrategy[object]:
    if kind == "date":
        return st.none() | _DATES
    if kind == "integer":
        return st.none() | st.integers(0, 10**length - 1)
    if name == "original_amount":
        return st.none() | amounts(12, 2)
    if kind == "decimal":
        return amounts(14, 4)
    return texts(length, _PRINTABLE) if name in ("note", "bank_note") else texts(length)


@st.composite
def trace_lines(draw: st.DrawFn) -> TraceLine:
    """Lines with anything in them that the layout can hold."""
    return TraceLine(
        **{  # type: ignore[arg-type]
            row.name: draw(_values(row.name, row.kind, row.length))
            for row in layout()
            if row.kind != "filler"
        }
    )


# --- Spoiling lines -----------------------------------------------------------------------------------------

Mutation = Callable[[bytes], bytes]

_BYTES: Final = st.one_of(
    st.sampled_from(b"+-,. 09OlI;:'\"\t\r\n\x00\x1a\x1f\x7f\x80\x81\x8d\x9d\xa0\xc2\xc3\xe0\xff"),
    st.integers(0, 255),
)
# Where it hurts: the amounts and dates, and the ends of the line.
_PLACES: Final = st.one_of(
    st.sampled_from(
        [
            place
            for row in layout()
            if row.kind in ("decimal", "date", "integer")
            for place in range(row.start, row.end)
        ]
    ),
    st.integers(0, 1019),
)


@st.composite
def mutations(draw: st.DrawFn) -> Mutation:
    """One way to spoil a line: flip, insert, remove, move, cut off, double."""
    place = draw(_PLACES)
    byte = bytes([draw(_BYTES)])
    other = draw(_PLACES)
    kinds: dict[str, Mutation] = {
        "put another byte": lambda line: line[:place] + byte + line[place + 1 :],
        "flip a bit": lambda line: (
            line[:place]
            + bytes(each ^ (1 << other % 8) for each in line[place : place + 1])
            + line[place + 1 :]
        ),
        "insert a byte": lambda line: line[:place] + byte + line[place:],
        "remove a byte": lambda line: line[:place] + line[place + 1 :],
        "cut off": lambda line: line[:place],
        "swap neighbours": lambda line: (
            line[:place] + line[place + 1 : place + 2] + line[place : place + 1] + line[place + 2 :]
        ),
        "copy a byte elsewhere": lambda line: line[:place] + line[other : other + 1] + line[place + 1 :],
        "lengthen": lambda line: line + byte * (other % 5 + 1),
    }
    return kinds[draw(st.sampled_from(sorted(kinds)))]


@st.composite
def spoiled_lines(draw: st.DrawFn) -> bytes:
    """A good line after one to three mutations."""
    line = render_line(draw(st.sampled_from(_SEEDS))).encode("cp1252")
    for mutation in draw(st.lists(mutations(), min_size=1, max_size=3)):
        line = mutation(line)
    return line


_SEEDS: Final = [
    TraceLine(
        amount=Decimal("-1250.50"),
        amount_company_currency=Decimal("-1150.4567"),
        value_date=date(2026, 10, 12),
        due_date=date(2026, 11, 30),
        document_date=date(2012, 12, 20),
        original_amount=Decimal("6100.25"),
        open_item_key="ALBA-FV-2026-0401-1",
        note="Ft. FV/401",
        settlement_flag="S",
        bank_note="BONIFICO OFFICINE DORICA",
    ),
    TraceLine(
        amount=Decimal("99999999999999.9999"),
        entry=9_999_999_999,
        note="Metà € 5",
        account="1500001",
        bank_note="QUALITÀ € 1.464,00",
    ),
    TraceLine(entry=None, return_number=None, treasury_posting_date=None),
]
