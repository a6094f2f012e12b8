"""Tryton's keys for the codes that documents bear: accounts, taxes, journals, currencies, countries, periods.

Belongs here: finding them, and saying why one cannot be used. Does not: documents (`tryton`).

An account is meant by its code, a tax by its name, a journal by its code, a currency and a country by their
ISO code. What is found is remembered as long as the target lives; what is missing is asked for again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from assets.sync.errors import Explanation, RefusedError, StoppedError
from assets.sync.model import UsedCodes
from assets.sync.targets.tryton_client import TrytonClient
from assets.sync.targets.tryton_values import (
    Record,
    amount_of,
    date_value,
    is_true,
    key_of,
    optional_key,
    text_of,
)

_PER_CENT: Final = 100


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A record that bears a code; `flaw` is why it cannot be used, None if it can."""

    key: int
    flaw: str | None


class TrytonCodes:
    """The codes of one company."""

    def __init__(self, client: TrytonClient) -> None:
        self._client = client
        self._keys: dict[tuple[str, str, str], int] = {}
        self._open_days: set[dt.date] = set()
        self._receivable_account: int | None = None

    def account(self, code: str) -> int:
        """A revenue account that is open. Raises RefusedError."""
        return self._key("account_unknown", code, self._accounts)

    def tax(self, name: str, rate: Decimal) -> int:
        """A tax of this rate in per cent. Raises RefusedError."""
        return self._key("vat_code_missing", name, lambda each: self._taxes(each, rate), variant=str(rate))

    def journal(self, code: str) -> int:
        """A journal of sales. Raises RefusedError."""
        return self._key("journal_unknown", code, self._journals)

    def currency(self, code: str) -> int:
        """A currency. Raises RefusedError."""
        absent = f"the program has no currency {code}"
        return self._key("program_refused", code, self._currencies, absent=absent)

    def country(self, code: str) -> int | None:
        """A country; None where the program was never given its list of countries."""
        found = self._client.find("country.country", [["code", "=", code]], [], key_of)
        return found[0] if found else None

    def receivable_account(self) -> int | None:
        """The account of customers that have none of their own."""
        name = "default_account_receivable"
        if self._receivable_account is None:
            found = self._client.find(
                "account.configuration", [], [name], lambda each: optional_key(each, name)
            )
            self._receivable_account = found[0] if found else None
        return self._receivable_account

    def missing(self, codes: UsedCodes) -> list[Explanation]:
        """What cannot be used of these codes, in the order of `UsedCodes`. Raises StoppedError."""
        company = self._client.company_id
        if not self._client.find("company.company", [["id", "=", company]], [], key_of):
            detail = f"company in sync_options: the program has no company {company}"
            raise StoppedError(Explanation("settings_missing", detail))
        tried: list[Callable[[], object]] = [
            *((lambda code=code: self.account(code)) for code in sorted(codes.accounts)),
            *((lambda each=each: self.tax(*each)) for each in sorted(codes.vat_codes)),
            *(
                (lambda code=code: self.journal(code))
                for code in sorted({code for code, _ in codes.journals})
            ),
            *((lambda day=day: self.check_period(day)) for day in sorted(set(codes.dates))),
        ]
        return [flaw for attempt in tried if (flaw := _flaw_of(attempt)) is not None]

    def check_period(self, day: dt.date) -> None:
        """Raises RefusedError if the day is in no open period."""
        if day in self._open_days:
            return
        domain = [
            ["company", "=", self._client.company_id],
            ["type", "=", "standard"],
            ["start_date", "<=", date_value(day)],
            ["end_date", ">=", date_value(day)],
        ]
        periods = self._client.find("account.period", domain, ["name", "state"], lambda record: record)
        states = [(text_of(record, "name"), text_of(record, "state")) for record in periods]
        if not states:
            raise _refused("period_closed", f"there is no period for {day}", str(day))
        if all(state != "open" for _, state in states):
            name, state = states[0]
            raise _refused("period_closed", f"{day} is in the period {name}, which is {state}", str(day))
        self._open_days.add(day)

    def _key(
        self,
        error_code: str,
        code: str,
        candidates: Callable[[str], Iterable[_Candidate]],
        *,
        variant: str = "",
        absent: str = "",
    ) -> int:
        known = self._keys.get((error_code, code, variant))
        if known is not None:
            return known
        found = list(candidates(code))
        usable = [each.key for each in found if each.flaw is None]
        if len(usable) == 1:
            self._keys[error_code, code, variant] = usable[0]
            return usable[0]
        if usable:
            raise _refused(error_code, f"{code} stands for {len(usable)} at once", code)
        flaws = [each.flaw for each in found]
        raise _refused(error_code, f"{code} {flaws[0]}" if flaws else absent or code, code)

    def _accounts(self, code: str) -> list[_Candidate]:
        def read(record: Record) -> _Candidate:
            kind = record["type"]
            if is_true(record, "closed"):
                flaw = "is closed"
            elif kind is None or not is_true(kind, "revenue"):
                flaw = "is no revenue account"
            else:
                flaw = None
            return _Candidate(key_of(record), flaw)

        return self._found("account.account", "code", code, ["closed", "type.revenue"], read, is_own=True)

    def _taxes(self, name: str, rate: Decimal) -> list[_Candidate]:
        def read(record: Record) -> _Candidate:
            kind = text_of(record, "type")
            own = amount_of(record, "rate") * _PER_CENT if kind == "percentage" else Decimal(0)
            if kind == "fixed" or own != rate:
                return _Candidate(key_of(record), f"has {own.normalize():f} %, not {rate.normalize():f} %")
            return _Candidate(key_of(record), None)

        domain = [["parent", "=", None]]
        return self._found("account.tax", "name", name, ["type", "rate"], read, domain, is_own=True)

    def _journals(self, code: str) -> list[_Candidate]:
        def read(record: Record) -> _Candidate:
            kind = text_of(record, "type")
            return _Candidate(key_of(record), None if kind == "revenue" else f"is one of type {kind}")

        return self._found("account.journal", "code", code, ["type"], read)

    def _currencies(self, code: str) -> list[_Candidate]:
        return self._found(
            "currency.currency", "code", code, [], lambda record: _Candidate(key_of(record), None)
        )

    def _found(
        self,
        model: str,
        field: str,
        code: str,
        fields: list[str],
        read: Callable[[Record], _Candidate],
        domain: list[Any] | None = None,
        *,
        is_own: bool = False,
    ) -> list[_Candidate]:
        """The records of a model that bear the code; `is_own` if each company has its own ones."""
        company = [["company", "=", self._client.company_id]] if is_own else []
        return self._client.find(model, [[field, "=", code], *company, *(domain or [])], fields, read)


def _refused(error_code: str, detail: str, subject: str) -> RefusedError:
    return RefusedError(Explanation(error_code, detail, subject))


def _flaw_of(attempt: Callable[[], object]) -> Explanation | None:
    try:
        attempt()
    except RefusedError as error:
        return error.explanation
    return None
