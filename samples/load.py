"""Traces of any size that pay the items of a load, with a share of movements that have something wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final, Literal

from samples.company import OPERATIONS
from samples.load_items import (
    ACCOUNT_COUNT,
    BANK_COUNT,
    CUSTOMER_COUNT,
    ITEM_DOCUMENT_DATE,
    ITEM_DUE_DATE,
    KEY_PREFIX,
    LOAD_COMPANY,
    item_cents,
    item_document_number,
    item_key,
    party_account,
)
from samples.trace_files import (
    TraceLine,
    layout,
    layout_field,
    render_line,
)
from samples.traces import BANK_CHARGES

ErrorKind = Literal["bad_amount", "unknown_account", "unknown_reason", "unbalanced", "unknown_key"]
ERROR_KINDS: Final[tuple[ErrorKind, ...]] = (
    "bad_amount",
    "unknown_account",
    "unknown_reason",
    "unbalanced",
    "unknown_key",
)
"""`unknown_key` leaves its movement posted with one unlinked line; the others keep their movement out."""

_LARGEST_PROGRESSIVE: Final = 999_999
_FULL_SETTLEMENT_SHARE: Final = 0.85
_VARYING_FIELDS: Final = (
    "entry",
    "progressive",
    "operation_date",
    "bank",
    "treasury_posting_date",
    "reason_code",
    "amount",
    "amount_company_currency",
    "value_date",
    "note",
    "account",
    "open_item_key",
    "due_date",
    "settlement_flag",
    "operation_description",
    "document_number",
    "original_amount",
    "document_date",
)
_BANK_NOTES: Final = (
    "BONIFICO SEPA A VOSTRO FAVORE, ORDINANTE CLIENTE INVENTATO, SALDO FATTURE COME DA VOSTRA"
    " LETTERA DEL MESE SCORSO, VALUTA FISSA PER IL BENEFICIARIO",
    "DISPOSIZIONE A FAVORE DI FORNITORE INVENTATO, PAGAMENTO FATTURE IN SCADENZA COME DA DISTINTA"
    " ALLEGATA, SPESE A CARICO DELL'ORDINANTE",
    "ACCREDITO PER INCASSO DISTINTA, QUALITÀ DEL CREDITO VERIFICATA, CONTABILE A DISPOSIZIONE"
    " PRESSO LA FILIALE CHE HA CURATO L'INCASSO",
)


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What a load holds, counted while it was written.

    `linked_line_count` counts the lines that settle an item if every movement without an error is posted;
    `partial_line_count` those of them that are part payments (A); `error_counts` has one entry per kind.
    """

    paths: tuple[Path, ...]
    line_count: int
    movement_count: int
    linked_line_count: int
    partial_line_count: int
    error_counts: dict[ErrorKind, int]

    @property
    def posted_movement_count(self) -> int:
        """Movements that an import is to post: all but those with an error that keeps them out."""
        kept_out = sum(count for kind, count in self.error_counts.items() if kind != "unknown_key")
        return self.movement_count - kept_out


@dataclass(frozen=True, slots=True)
class _Cells:
    """The varying cells of a counterpart line before they are written; `cents` with the ledger's sign."""

    account: str
    cents: int
    key: str
    flag: str
    original: str
    document: str


class _ItemPicker:
    """Hands out items, each at most once, those of one movement from one account, in a scattered order."""

    # A prime above any count of items on an account, so that its multiples visit each of them once.
    _PRIME: Final = 2_147_483_647

    def __init__(self, item_count: int, rng: Random) -> None:
        self._rng = rng
        self._left = [len(range(party, item_count, ACCOUNT_COUNT)) for party in range(ACCOUNT_COUNT)]
        self._counts = tuple(self._left)
        self._offsets = [rng.randrange(max(count, 1)) for count in self._counts]
        self._live = [party for party, count in enumerate(self._left) if count]

    def take(self, wanted: int) -> list[int]:
        """Up to `wanted` items of one account; fewer where it runs out, none where all are handed out."""
        if not self._live:
            return []
        place = self._rng.randrange(len(self._live))
        party = self._live[place]
        count, left = self._counts[party], self._left[party]
        taken = min(wanted, left)
        items = []
        for step in range(left - taken, left):
            slot = (step * self._PRIME + self._offsets[party]) % count
            items.append(party + ACCOUNT_COUNT * slot)
        self._left[party] = left - taken
        if taken == left:
            self._live[place] = self._live[-1]
            self._live.pop()
        return items


class _LoadWriter:
    """Makes the lines of movement after movement; a template takes the place of the field-by-field writer."""

    def __init__(self, items: int, error_share: float, seed: int) -> None:
        self._rng = Random(seed)
        self._picker = _ItemPicker(items, self._rng)
        self._error_share = error_share
        self._template = _line_template()
        self._width = layout_field("bank_note").start
        self._dates = [date(2026, 10, 1) + timedelta(days=offset) for offset in range(92)]
        self._entry = 0
        self.line_count = 0
        self.linked_line_count = 0
        self.partial_line_count = 0
        self.error_counts: dict[ErrorKind, int] = dict.fromkeys(ERROR_KINDS, 0)

    @property
    def movement_count(self) -> int:
        """Movements written so far, over all files."""
        return self._entry

    def movement_lines(self, line_count: int, progressive: int) -> list[str]:
        """The lines of the next movement: the bank's and `line_count - 1` counterpart lines."""
        rng = self._rng
        self._entry += 1
        self.line_count += line_count
        error = self._draw_error()
        cells = self._counterparts(line_count - 1)
        total = -sum(cell.cents for cell in cells)
        if error == "unbalanced":
            total += 100
        bad_line = rng.randrange(len(cells)) if error else -1
        linked = [cell for cell in cells if cell.key]
        if error is None:
            self.linked_line_count += len(linked)
            self.partial_line_count += sum(cell.flag == "A" for cell in linked)
        elif error == "unknown_key":
            others = [cell for place, cell in enumerate(cells) if cell.key and place != bad_line]
            self.linked_line_count += len(others)
            self.partial_line_count += sum(cell.flag == "A" for cell in others)
        day = rng.randrange(len(self._dates) - 1)
        reason = ("ICLI" if total > 0 else "PFOR") if linked else "SPEB"
        common = (
            f"{self._entry:010d}",
            f"{progressive:06d}",
            f"{self._dates[day]:%Y%m%d}",
            f"BANK{rng.randrange(BANK_COUNT) + 1:02d}".ljust(8),
            f"{self._dates[day + 1]:%Y%m%d}",
        )
        lines = [self._bank_line(common, reason, total)]
        for place, cell in enumerate(cells):
            lines.append(self._counterpart_line(common, reason, cell, error if place == bad_line else None))
        return lines

    def _draw_error(self) -> ErrorKind | None:
        if self._rng.random() >= self._error_share:
            return None
        # The kinds take turns, so that their parts are equal in small loads as well.
        kind = ERROR_KINDS[sum(self.error_counts.values()) % len(ERROR_KINDS)]
        self.error_counts[kind] += 1
        return kind

    def _counterparts(self, count: int) -> list[_Cells]:
        cells = []
        for item in self._picker.take(count):
            cents = item_cents(item)
            flag = "S" if self._rng.random() < _FULL_SETTLEMENT_SHARE else "A"
            paid = cents if flag == "S" else cents // 2
            is_debit = item % ACCOUNT_COUNT < CUSTOMER_COUNT
            cells.append(
                _Cells(
                    account=party_account(item % ACCOUNT_COUNT),
                    cents=-paid if is_debit else paid,
                    key=item_key(item),
                    flag=flag,
                    original=f"+{cents // 100:012d},{cents % 100:02d}",
                    document=item_document_number(item),
                )
            )
        while len(cells) < count:
            charge = 50 + self._rng.randrange(2000)
            cells.append(_Cells(BANK_CHARGES, charge, "", " ", " " * 16, ""))
        return cells

    def _bank_line(self, common: tuple[str, ...], reason: str, cents: int) -> str:
        amount = _amount_text(cents)
        account = f"18010{common[3][4:6]}"
        line = self._template.format(
            *common, reason, amount, amount, common[2], " " * 40, account.ljust(16), " " * 26, " " * 8, " ",
            OPERATIONS[reason].ljust(40), " " * 12, " " * 16, " " * 8,
        )  # fmt: skip
        note = f"CRO {self._entry:010d} {self._rng.choice(_BANK_NOTES)}"
        return line + note[: self._rng.randint(60, 140)]

    def _counterpart_line(
        self, common: tuple[str, ...], reason: str, cell: _Cells, error: ErrorKind | None
    ) -> str:
        amount = company_amount = _amount_text(cell.cents)
        account, key = cell.account, cell.key
        if error == "bad_amount":
            amount = f"{amount[:14]}O{amount[15:]}"
        elif error == "unknown_account":
            account = "9999999"
        elif error == "unknown_reason":
            reason = "ZZZZ"
        elif error == "unknown_key":
            key = f"{KEY_PREFIX}UNKNOWN{self._entry:08d}"
        has_item = bool(cell.key)
        note = f"FT. {cell.document}" if has_item else "COMMISSIONI"
        line = self._template.format(
            *common, reason, amount, company_amount, common[2], note.ljust(40),
            account.ljust(16), key.ljust(26), f"{ITEM_DUE_DATE:%Y%m%d}" if has_item else " " * 8, cell.flag,
            " " * 40, cell.document.ljust(12), cell.original,
            f"{ITEM_DOCUMENT_DATE:%Y%m%d}" if has_item else " " * 8,
        )  # fmt: skip
        if len(line) != self._width:
            raise AssertionError(f"a cell has the wrong width: {line!r}")
        return line


def _amount_text(cents: int) -> str:
    size = abs(cents)
    return f"{'-' if cents < 0 else '+'}{size // 100:014d},{size % 100:02d}0000"


def _line_template() -> str:
    """A format string of the 449 characters before the bank note, with a place for each varying field."""
    constant = render_line(
        TraceLine(
            company=LOAD_COMPANY,
            numerator="TES",
            entry=None,
            progressive="",
            operation_date=None,
            treasury_posting_date=None,
            bank_account="CC01",
            return_number=1,
            cash_flow_item="TESOR",
        )
    )
    parts = []
    for layout_row in layout():
        if layout_row.name in _VARYING_FIELDS:
            parts.append("{}")
        elif layout_row.name != "bank_note":
            parts.append(constant[layout_row.start : layout_row.end])
    return "".join(parts)


def write_load(
    path: Path,
    *,
    lines: int,
    items: int,
    error_share: float = 0.0,
    seed: int = 1,
    files: int = 1,
) -> LoadSummary:
    """Writes `lines` trace lines (CRLF, cp1252) to `path`; with several `files` to `<stem>_0001<suffix>` etc.

    Movements have 2 to 5 lines. Each counterpart line pays one of the items 0 to `items` - 1 on its account,
    each item at most once: about 85 % in full (S), the others by half (A). Where the items have run out the
    counterpart lines are bank charges. `error_share` is the share of movements (0 to 1) that get one bad
    line, the kinds of `ERROR_KINDS` by turns. The same arguments give the same bytes.

    Raises ValueError where a file would have fewer than 2 lines or more movements than progressives.
    """
    if files < 1 or lines < 2 * files:
        raise ValueError("every file needs at least two lines")
    if not 0 <= error_share <= 1:
        raise ValueError("error_share lies between 0 and 1")
    writer = _LoadWriter(items, error_share, seed)
    # A generator apart from the writer's, so that the sizes of movements do not depend on the errors.
    sizes = Random(seed + 1)
    paths = []
    for number in range(1, files + 1):
        target = path if files == 1 else path.with_name(f"{path.stem}_{number:04d}{path.suffix}")
        left = lines * number // files - lines * (number - 1) // files
        progressive = 0
        with target.open("w", encoding="cp1252", newline="") as stream:
            while left:
                size = _movement_size(sizes, left)
                progressive += 1
                if progressive > _LARGEST_PROGRESSIVE:
                    raise ValueError("the progressive has six digits: write more files")
                stream.write("\r\n".join(writer.movement_lines(size, progressive)))
                stream.write("\r\n")
                left -= size
        paths.append(target)
    return LoadSummary(
        paths=tuple(paths),
        line_count=writer.line_count,
        movement_count=writer.movement_count,
        linked_line_count=writer.linked_line_count,
        partial_line_count=writer.partial_line_count,
        error_counts=dict(writer.error_counts),
    )


def _movement_size(rng: Random, left: int) -> int:
    """2 to 5 lines, and never so many that a single line would be left over."""
    size = min(rng.randint(2, 5), left)
    if left - size == 1:
        return size - 1 if size > 2 else size + 1
    return size
