"""Customers in Tryton: parties with our code, an address, and their tax identifiers.

Belongs here: which party is which customer, and how one is made. Does not: invoices (`tryton`).

Our `customer_code` is the party's own `code`. It is the number that people see and search by, and the program
keeps it unique: a customer that is made twice, because an answer was lost, is refused the second time. An
identifier of a type of our own would be neither. A party that somebody else made has a code of its own; it is
known by its VAT number or tax code. One that has our code and another number of the same kind is another
customer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeVar

from stdnum.ch import vat as ch_vat
from stdnum.eu import vat as eu_vat
from stdnum.gb import vat as gb_vat
from stdnum.no import mva as no_mva

from assets.sync.model import Customer
from assets.sync.targets.tryton_client import TrytonClient
from assets.sync.targets.tryton_values import Record, key_of, made, optional_key, records_of, text_of

T = TypeVar("T")

Identifier = tuple[str | None, str]
"""A type of the program, None for one without rules, and the code in its compact form."""

_CHUNK: Final = 100

_EU: Final = frozenset(country.upper() for country in eu_vat.MEMBER_STATES) | {"GR"}
_EU_PREFIXES: Final[Mapping[str, str]] = MappingProxyType({"GR": "EL"})
_VAT_TYPES: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = MappingProxyType(
    {
        "CH": ("ch_vat", ch_vat.compact),
        "GB": ("gb_vat", gb_vat.compact),
        "NO": ("no_mva", no_mva.compact),
    }
)
"""Outside the EU: a type, and how the program writes its numbers (by the same library)."""

_TAX_CODE_TYPES: Final[Mapping[str, str]] = MappingProxyType({"IT": "it_codicefiscale"})
_FIELDS: Final = (
    "code",
    "name",
    "addresses",
    "account_receivable",
    "identifiers.type",
    "identifiers.code_compact",
)


@dataclass(frozen=True, slots=True)
class Party:
    """A party of the program: what an invoice needs of it."""

    key: int
    code: str
    identifiers: frozenset[Identifier]
    address: int | None
    receivable_account: int | None


class TrytonParties:
    """The parties that were met, by their keys."""

    def __init__(self, client: TrytonClient) -> None:
        self._client = client
        self._known: dict[int, Party] = {}

    def find(self, customers: Sequence[Customer]) -> dict[str, Party]:
        """The parties of those customers that the program knows, by our codes."""
        found: dict[str, Party] = {}
        for chunk in in_chunks(customers):
            codes = {customer.customer_code for customer in chunk}
            by_code = {party.code: party for party in self._read([["code", "in", sorted(codes)]])}
            found |= {
                customer.customer_code: party
                for customer in chunk
                if (party := by_code.get(customer.customer_code)) and _is_same(party, customer)
            }
        unknown = [customer for customer in customers if customer.customer_code not in found]
        for chunk in in_chunks(unknown):
            found |= self._by_identifier(chunk)
        return found

    def by_key(self, key: int) -> Party | None:
        """A party by its key; None if it is not there or not active."""
        if key not in self._known:
            self._read([["id", "=", key]])
        return self._known.get(key)

    def create(self, customer: Customer, country_of: Callable[[str], int | None]) -> Party:
        """Makes a party with one address. Raises CallError."""
        address = {
            "street": customer.address,
            "postal_code": customer.postal_code,
            "city": customer.city,
            "country": country_of(customer.country_code),
        }
        values: dict[str, Any] = {
            "code": customer.customer_code,
            "name": customer.name,
            "addresses": made([{name: value for name, value in address.items() if value is not None}]),
            "identifiers": made([{"type": kind, "code": code} for kind, code in identifiers_of(customer)]),
        }
        party = self._client.create("party.party", values, _FIELDS, _party, customer.customer_code)
        self._known[party.key] = party
        return party

    def _by_identifier(self, customers: Sequence[Customer]) -> dict[str, Party]:
        """By VAT number or tax code; where several parties bear one, the one that was there first."""
        codes = sorted({code for customer in customers for _, code in identifiers_of(customer)})
        domain = [["identifiers.code_compact", "in", codes]]
        parties = self._read(domain) if codes else []
        found = {}
        for customer in customers:
            own = set(identifiers_of(customer))
            match = next((party for party in parties if own & party.identifiers), None)
            if match is not None:
                found[customer.customer_code] = match
        return found

    def _read(self, domain: Sequence[Any]) -> list[Party]:
        parties = self._client.find("party.party", domain, _FIELDS, _party)
        self._known |= {party.key: party for party in parties}
        return parties


def in_chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many as are asked for at once: a question stands in the address; servers take 8,000 characters."""
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]


def identifiers_of(customer: Customer) -> list[Identifier]:
    """The tax identifiers of a customer as the program keeps them; each number once."""
    found = list(_vat_identifier(customer.country_code, customer.vat_number))
    tax_code = _compact(customer.tax_code)
    if tax_code and tax_code != _compact(customer.vat_number):
        found.append((_TAX_CODE_TYPES.get(customer.country_code), tax_code))
    return found


def _vat_identifier(country_code: str, vat_number: str | None) -> Iterator[Identifier]:
    number = _compact(vat_number)
    if not number:
        return
    if country_code in _EU:
        prefix = _EU_PREFIXES.get(country_code, country_code)
        yield "eu_vat", number if number.startswith(prefix) else f"{prefix}{number}"
    elif country_code in _VAT_TYPES:
        kind, compact = _VAT_TYPES[country_code]
        yield kind, compact(number)
    else:
        yield None, number


def _compact(text: str | None) -> str:
    return re.sub(r"[^0-9A-Z]", "", (text or "").upper())


def _is_same(party: Party, customer: Customer) -> bool:
    """Whether no identifier of the party contradicts one of the customer's, which is one of the same type."""
    own = identifiers_of(customer)
    types = {kind for kind, _ in party.identifiers}
    return all(each in party.identifiers for each in own if each[0] in types)


def _party(record: Record) -> Party:
    addresses = record["addresses"]
    if not isinstance(addresses, Iterable):
        raise TypeError("addresses are no list")
    return Party(
        key_of(record),
        text_of(record, "code"),
        frozenset(
            (each["type"], text_of(each, "code_compact")) for each in records_of(record, "identifiers")
        ),
        next((address for address in addresses if type(address) is int), None),
        optional_key(record, "account_receivable"),
    )
