"""Exact Online as far as Partita uses it: tokens, lists, entries, limits and refusals, with their traps.

The behaviour is that of docs/sync-exact.md; the real service was never asked. Everything happens at the
moment of the clock that the test sets.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlencode

from samples.programs.answering import Call, Program, Reply, SetClock

DIVISION: Final = "1234567"
CLIENT_ID: Final = "app-of-alba"
CLIENT_SECRET: Final = "client-secret-of-alba"
FIRST_REFRESH_TOKEN: Final = "refresh-0"

ACCESS_SECONDS: Final = 600
RENEW_AFTER: Final = 570
REFRESH_SECONDS: Final = 30 * 24 * 3600
PAGE: Final = 60
ERRORS_THAT_BLOCK: Final = 10

FIELDS: Final = {
    "crm/Accounts": (
        "ID",
        "Code",
        "Name",
        "Status",
        "Country",
        "VATNumber",
        "AddressLine1",
        "Postcode",
        "City",
    ),
    "financial/GLAccounts": ("ID", "Code", "Description", "IsBlocked"),
    "vat/VATCodes": ("ID", "Code", "Description", "Percentage", "IsBlocked"),
    "financial/Journals": ("ID", "Code", "Description", "Type"),
    "financial/FinancialPeriods": ("ID", "FinYear", "FinPeriod", "StartDate", "EndDate"),
    "salesentry/SalesEntries": (
        "EntryID",
        "EntryNumber",
        "YourRef",
        "Customer",
        "Journal",
        "EntryDate",
        "DueDate",
        "Currency",
        "Description",
        "AmountFC",
        "VATAmountFC",
    ),
}
_GIVEN_BY_THE_PROGRAM: Final = frozenset({"ID", "EntryID", "EntryNumber", "AmountFC", "VATAmountFC"})
WRITABLE: Final = {
    "crm/Accounts": frozenset(FIELDS["crm/Accounts"]) - _GIVEN_BY_THE_PROGRAM,
    "salesentry/SalesEntries": frozenset({*FIELDS["salesentry/SalesEntries"], "SalesEntryLines"})
    - _GIVEN_BY_THE_PROGRAM,
}

MESSAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "EN": {
        "vat_number": "VAT number {0} is invalid",
        "exists": "Already exists: Account - Code {0}",
        "not_customer": "Account {0} is not a customer",
        "journal": "Does not exist: Journal {0}",
        "account": "Does not exist: G/L Account {0}",
        "no_account": "Mandatory: G/L Account",
        "vat_code": "Does not exist: VAT code {0}",
        "period": "Period {0} is closed",
        "year": "Financial year {0} does not exist",
        "discount": "The discount account is not set up",
        "timeout": "Timeout expired",
        "other": "Mandatory: Sales person",
    },
    "NL": {
        "vat_number": "BTW-nummer {0} is ongeldig",
        "exists": "Bestaat reeds: Relatie - Code {0}",
        "not_customer": "Relatie {0} is geen klant",
        "journal": "Bestaat niet: Dagboek {0}",
        "account": "Bestaat niet: Grootboekrekening {0}",
        "no_account": "Verplicht: Grootboekrekening",
        "vat_code": "Bestaat niet: Btw-code {0}",
        "period": "Periode {0} is afgesloten",
        "year": "Boekjaar {0} bestaat niet",
        "discount": "Er is geen kortingsrekening ingesteld",
        "timeout": "Time-out verstreken",
        "other": "Verplicht: Verkoper",
    },
    "IT": {
        "vat_number": "La partita IVA {0} non è valida",
        "exists": "Esiste già: Relazione - Codice {0}",
        "not_customer": "La relazione {0} non è un cliente",
        "journal": "Non esiste: Giornale {0}",
        "account": "Non esiste: Conto di contabilità {0}",
        "no_account": "Obbligatorio: Conto di contabilità",
        "vat_code": "Non esiste: Codice IVA {0}",
        "period": "Il periodo {0} è chiuso",
        "year": "L’esercizio {0} non esiste",
        "discount": "Il conto sconti non è impostato",
        "timeout": "Tempo scaduto",
        "other": "Obbligatorio: Venditore",
    },
    "FR": {
        "vat_number": "Le numéro de TVA {0} n’est pas valide",
        "exists": "Existe déjà : Relation - Code {0}",
        "not_customer": "La relation {0} n’est pas un client",
        "journal": "N’existe pas : Journal {0}",
        "account": "N’existe pas : Compte général {0}",
        "no_account": "Obligatoire : Compte général",
        "vat_code": "N’existe pas : Code TVA {0}",
        "period": "La période {0} est clôturée",
        "year": "L’exercice {0} n’existe pas",
        "discount": "Le compte de remise n’est pas défini",
        "timeout": "Délai d’attente dépassé",
        "other": "Obligatoire : Vendeur",
    },
    "DE": {
        "vat_number": "Die USt-IdNr. {0} ist ungültig",
        "exists": "Bereits vorhanden: Konto - Code {0}",
        "not_customer": "{0} ist kein Kunde",
        "journal": "Nicht vorhanden: Journal {0}",
        "account": "Nicht vorhanden: Sachkonto {0}",
        "no_account": "Pflichtfeld: Sachkonto",
        "vat_code": "Nicht vorhanden: USt.-Code {0}",
        "period": "Periode {0} ist abgeschlossen",
        "year": "Geschäftsjahr {0} nicht vorhanden",
        "discount": "Das Skontokonto ist nicht eingerichtet",
        "timeout": "Zeitüberschreitung",
        "other": "Pflichtfeld: Verkäufer",
    },
}
"""What the program says, in the language of its user."""

_VAT_NUMBERS: Final = {"IT": r"IT[0-9]{11}", "NL": r"NL[0-9]{9}B[0-9]{2}", "DE": r"DE[0-9]{9}"}
_TERM: Final = re.compile(r"(\w+) (eq|ge|le) (?:datetime)?'((?:[^']|'')*)'")
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": lambda one, other: one == other,
    "ge": lambda one, other: one >= other,
    "le": lambda one, other: one <= other,
}


class _RefusalError(Exception):
    """The program refuses a record, in words."""


@dataclass
class _Issued:
    """The newest pair of tokens."""

    refresh_token: str
    issued_at: dt.datetime


class ExactServer(Program):
    """One division. Records are dicts by endpoint, with the values that the interface shows."""

    def __init__(self, clock: SetClock, language_code: str = "EN") -> None:
        super().__init__(clock)
        self.language_code = language_code
        self.minute_limit, self.day_limit = 60, 5_000
        self.has_discount_account = True
        self.closed_periods: set[tuple[int, int]] = set()
        self.refusal: str | None = None
        self.issued = _Issued(FIRST_REFRESH_TOKEN, clock.now() - dt.timedelta(seconds=ACCESS_SECONDS))
        self.access_tokens: dict[str, dt.datetime] = {}
        self.renewals = 0
        self.served_at: list[dt.datetime] = []
        self.errors: dict[str, list[dt.datetime]] = {}
        self.records: dict[str, list[dict[str, Any]]] = {endpoint: [] for endpoint in FIELDS}
        for code, blocked in (("8000", False), ("8010", False), ("8090", True)):
            self.add("financial/GLAccounts", Code=code, Description="Revenue", IsBlocked=blocked)
        for code, percentage, blocked in (
            ("22 ", "0.22", False),
            ("10 ", "0.1", False),
            ("4  ", "0.04", True),
        ):
            self.add(
                "vat/VATCodes",
                Code=code,
                Description="VAT",
                Percentage=Decimal(percentage),
                IsBlocked=blocked,
            )
        for code, kind in (("70", 20), ("71", 21), ("90", 90)):
            self.add("financial/Journals", Code=code, Description="Journal", Type=kind)
        for month in range(1, 13):
            start = dt.date(2026, month, 1)
            end = dt.date(2026 + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
            self.add(
                "financial/FinancialPeriods", FinYear=2026, FinPeriod=month, StartDate=start, EndDate=end
            )

    def add(self, endpoint: str, **values: Any) -> dict[str, Any]:
        """A record made in the program itself."""
        key = "EntryID" if endpoint == "salesentry/SalesEntries" else "ID"
        number = sum(map(len, self.records.values())) + 1
        record = {key: str(uuid.UUID(int=number)), **values}
        self.records[endpoint].append(record)
        return record

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The sales entries."""
        return self.records["salesentry/SalesEntries"]

    def say(self, kind: str, *values: object) -> str:
        """A message in the language of the user."""
        return MESSAGES[self.language_code][kind].format(*values)

    def answer(self, call: Call) -> Reply:
        if call.path == "/api/oauth2/token":
            return self._renewal(call)
        endpoint = call.path.removeprefix(f"/api/v1/{DIVISION}/")
        if endpoint not in FIELDS:
            return Reply(404, b"<html>Not found</html>", "text/html")
        if not self._is_authorised(call):
            return Reply(401, b"", "text/html")
        headers, is_over = self._limits()
        if is_over or self._is_blocked(endpoint):
            return _json(429, _error("Too many requests"), headers)
        try:
            status, data = (
                (200, self._list(endpoint, call)) if call.method == "GET" else self._make(endpoint, call)
            )
        except _RefusalError as error:
            self.errors.setdefault(endpoint, []).append(self.clock.now())
            return _json(500, _error(str(error)), headers)
        except (ValueError, KeyError, TypeError) as error:
            self.errors.setdefault(endpoint, []).append(self.clock.now())
            return _json(400, _error(f"Error processing request: {error}"), headers)
        return _json(status, {"d": data}, headers)

    def _renewal(self, call: Call) -> Reply:
        form = {name: values[-1] for name, values in parse_qs(call.body.decode()).items()}
        self.renewals += 1
        age = (self.clock.now() - self.issued.issued_at).total_seconds()
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _json(401, {"error": "invalid_client", "error_description": "Client is not known"})
        if form.get("grant_type") != "refresh_token":
            return _json(400, {"error": "unsupported_grant_type"})
        if form.get("refresh_token") != self.issued.refresh_token or age > REFRESH_SECONDS:
            return _json(400, {"error": "invalid_grant", "error_description": "Old refresh token used"})
        if age < RENEW_AFTER:
            return _json(401, {"error": "Rate limit exceeded: access_token not expired"})
        number = len(self.access_tokens) + 1
        self.issued = _Issued(f"refresh-{number}", self.clock.now())
        self.access_tokens[f"access-{number}"] = self.clock.now()
        pair = {
            "access_token": f"access-{number}",
            "token_type": "bearer",
            "expires_in": str(ACCESS_SECONDS),
            "refresh_token": self.issued.refresh_token,
        }
        return _json(200, pair)

    def _is_authorised(self, call: Call) -> bool:
        issued_at = self.access_tokens.get(call.headers.get("Authorization", "").removeprefix("Bearer "))
        if issued_at is None:
            return False
        return (self.clock.now() - issued_at).total_seconds() < ACCESS_SECONDS

    def _limits(self) -> tuple[dict[str, str], bool]:
        """The headers of the limits, and whether one of them is used up."""
        now = self.clock.now()
        minute = now.replace(second=0, microsecond=0)
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        used = [sum(moment >= start for moment in self.served_at) for start in (minute, day)]
        is_over = used[0] >= self.minute_limit or used[1] >= self.day_limit
        if not is_over:
            self.served_at.append(now)
            used = [each + 1 for each in used]
        headers = {
            "X-RateLimit-Limit": str(self.day_limit),
            "X-RateLimit-Remaining": str(max(self.day_limit - used[1], 0)),
            "X-RateLimit-Reset": _milliseconds(day + dt.timedelta(days=1)),
            "X-RateLimit-Minutely-Limit": str(self.minute_limit),
            "X-RateLimit-Minutely-Remaining": str(max(self.minute_limit - used[0], 0)),
            "X-RateLimit-Minutely-Reset": _milliseconds(minute + dt.timedelta(minutes=1)),
        }
        return headers, is_over

    def _is_blocked(self, endpoint: str) -> bool:
        hour_ago = self.clock.now() - dt.timedelta(hours=1)
        return sum(moment > hour_ago for moment in self.errors.get(endpoint, [])) >= ERRORS_THAT_BLOCK

    def _list(self, endpoint: str, call: Call) -> dict[str, Any]:
        fields = call.query["$select"].split(",")
        if unknown := set(fields) - set(FIELDS[endpoint]):
            raise ValueError(f"no fields {sorted(unknown)}")
        condition = call.query.get("$filter", "")
        found = [record for record in self.records[endpoint] if _fits(record, condition)]
        start = int(call.query.get("$skiptoken", "0"))
        page = [
            {field: _shown(record.get(field)) for field in fields} for record in found[start : start + PAGE]
        ]
        data: dict[str, Any] = {"results": [{"__metadata": {"type": endpoint}, **record} for record in page]}
        if start + PAGE < len(found):
            following = {**call.query, "$skiptoken": str(start + PAGE)}
            data["__next"] = f"{self.url}{call.path}?{urlencode(following, quote_via=quote)}"
        return data

    def _make(self, endpoint: str, call: Call) -> tuple[int, dict[str, Any]]:
        sent = json.loads(call.body, parse_float=Decimal)
        if endpoint not in WRITABLE or set(sent) - WRITABLE[endpoint]:
            raise ValueError("not writable")
        if self.refusal:
            raise _RefusalError(self.say(self.refusal))
        record = self._account(sent) if endpoint == "crm/Accounts" else self._entry(sent)
        self.records[endpoint].append(record)
        shown = {field: _shown(record.get(field)) for field in FIELDS[endpoint]}
        return 201, {"__metadata": {"type": endpoint}, **shown}

    def _account(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        code = sent["Code"].strip().rjust(18)
        if any(record["Code"] == code for record in self.records["crm/Accounts"]):
            raise _RefusalError(self.say("exists", code.strip()))
        number = sent.get("VATNumber")
        if number and not re.fullmatch(_VAT_NUMBERS.get(sent["Country"], ".*"), number):
            raise _RefusalError(self.say("vat_number", number))
        record = {"ID": str(uuid.uuid4()), **sent, "Code": code}
        # A two-letter code stands in a field of three.
        return {**record, "Country": sent["Country"].ljust(3)}

    def _entry(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        customer = self._one("crm/Accounts", "ID", sent["Customer"])
        if customer is None or customer.get("Status") != "C":
            raise _RefusalError(self.say("not_customer", customer["Code"].strip() if customer else ""))
        journal = self._one("financial/Journals", "Code", sent["Journal"])
        if journal is None or journal["Type"] not in (20, 21):
            raise _RefusalError(self.say("journal", sent["Journal"]))
        entry_date, due_date = (
            dt.datetime.fromisoformat(sent[field]).date() for field in ("EntryDate", "DueDate")
        )
        if entry_date.year != 2026:
            raise _RefusalError(self.say("year", entry_date.year))
        if (entry_date.year, entry_date.month) in self.closed_periods:
            raise _RefusalError(self.say("period", f"{entry_date.year}-{entry_date.month:02}"))
        net = vat = Decimal(0)
        for line in sent["SalesEntryLines"]:
            amount = line["AmountFC"]
            if isinstance(amount, str):
                raise ValueError("AmountFC is a number")
            net += amount
            vat += self._vat_of(line, journal)
        if not sent["SalesEntryLines"]:
            raise ValueError("no lines")
        numbers = [entry["EntryNumber"] for entry in self.entries if entry["Journal"] == sent["Journal"]]
        return {
            "EntryID": str(uuid.uuid4()),
            "EntryNumber": max(numbers, default=self._before_the_first(journal)) + 1,
            "YourRef": sent["YourRef"],
            "Customer": sent["Customer"],
            "Journal": sent["Journal"],
            "EntryDate": entry_date,
            "DueDate": due_date,
            "Currency": sent["Currency"],
            "Description": sent["Description"],
            "AmountFC": net + vat,
            "VATAmountFC": vat,
        }

    def _before_the_first(self, journal: Mapping[str, Any]) -> int:
        """Each journal has numbers of its own."""
        return 26_700_000 + 10_000 * self.records["financial/Journals"].index(dict(journal))

    def _vat_of(self, line: Mapping[str, Any], journal: Mapping[str, Any]) -> Decimal:
        if not line.get("GLAccount"):
            raise _RefusalError(self.say("no_account"))
        account = self._one("financial/GLAccounts", "ID", line["GLAccount"])
        if account is None or account["IsBlocked"]:
            raise _RefusalError(self.say("account", account["Code"] if account else line["GLAccount"]))
        code = self._one("vat/VATCodes", "Code", line["VATCode"].ljust(3))
        if code is None or code["IsBlocked"]:
            raise _RefusalError(self.say("vat_code", line["VATCode"]))
        amount = Decimal(line["AmountFC"])
        if journal["Type"] == 20 and amount < 0 and not self.has_discount_account:
            raise _RefusalError(self.say("discount"))
        return (amount * code["Percentage"]).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def _one(self, endpoint: str, field: str, value: str) -> dict[str, Any] | None:
        return next((record for record in self.records[endpoint] if record[field] == value), None)


def _fits(record: Mapping[str, Any], condition: str) -> bool:
    """Whether a record fits a filter of `or` between `and`s; texts are compared without regard to case."""
    if not condition:
        return True
    return any(all(_holds(record, term) for term in part.split(" and ")) for part in condition.split(" or "))


def _holds(record: Mapping[str, Any], term: str) -> bool:
    match = _TERM.fullmatch(term)
    if match is None:
        raise ValueError(f"no filter: {term}")
    value = record.get(match[1])
    wanted: Any = match[3].replace("''", "'")
    if isinstance(value, dt.date):
        wanted = dt.date.fromisoformat(wanted)
    elif isinstance(value, str):
        value, wanted = value.rstrip().lower(), wanted.rstrip().lower()
    return value is not None and _COMPARE[match[2]](value, wanted)


def _shown(value: Any) -> Any:
    if isinstance(value, dt.date):
        midnight = dt.datetime.combine(value, dt.time(), dt.UTC)
        return f"/Date({int(midnight.timestamp() * 1000)})/"
    return float(value) if isinstance(value, Decimal) else value


def _json(status: int, data: object, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(data).encode(), "application/json; charset=utf-8", headers or {})


def _error(message: str) -> dict[str, Any]:
    return {"error": {"code": "", "message": {"lang": "", "value": message}}}


def _milliseconds(moment: dt.datetime) -> str:
    return str(int(moment.timestamp() * 1000))
