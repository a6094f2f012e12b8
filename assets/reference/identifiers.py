"""Identifiers of parties: which schemes there are, how a number is spelled, and whether it can be one.

Belongs here: the schemes (`identifier_schemes.csv`, from the ICD list of ISO 6523 and the EAS list of Peppol)
and judging one number, as a person writes it into a reference file or a document bears it. Does not: whose
number it is (the statement `doc_owner` of the invoices).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

import pyarrow as pa
from stdnum import get_cc_module
from stdnum.it import codicefiscale

from assets.findings import said

SchemeKind = Literal["vat", "tax", "registration"]

VAT: Final = "VAT"
TAX: Final = "TAX"
FEWEST_DIGITS: Final = 3
"""A text with fewer digits, or with two letters more than digits, is no number but a name or a statement."""

_SPELLED: Final = re.compile(r"[^A-Z0-9]+")
_WITH_COUNTRY: Final = re.compile(r"([A-Z]{2})([A-Z0-9]+)")
_COMPANY: Final = re.compile(r"IT[0-9]{11}")
_ITALIAN: Final = re.compile(r"(?:IT)?([0-9]{11}|[A-Z]{6}[A-Z0-9]{10})")
_ONE_PREFIX: Final[Mapping[str, str]] = {"XI": "GB", "EL": "GR"}
"""Countries of VAT numbers with two prefixes: Northern Ireland and Great Britain, and Greece."""

_PREFIXES: Final = frozenset(
    re.findall("..", "ATBEBGCHCYCZDEDKEEELESFIFRGBGRHRHUIEITLILTLULVMTNLNOPLPTROSESISKSMXI")
)
"""Countries, by two letters each, whose VAT numbers have a prefix."""

_LETTERS_OF_A_COUNTRY: Final = 2
_TWICE: Final = 12
"""A number that is so long may begin with its prefix twice."""

_LETTERS_FIRST: Final = frozenset({"FR", "MC"})
"""Countries whose numbers may begin with letters of their own."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One row of `identifier_schemes.csv`: what numbers of a scheme look like.

    `kind` says whether it is a VAT number or a tax number of `country_code` (blank: the number begins with
    its country), or a registration that stands for itself and fits `pattern`. `prefix` may stand before a
    registration and says nothing. `spellings` are all that means the scheme, its code among them.
    """

    scheme_code: str
    kind: SchemeKind
    country_code: str
    pattern: str
    prefix: str
    spellings: tuple[str, ...]
    scheme_name: str


@cache
def schemes() -> Mapping[str, Scheme]:
    """All schemes by their code."""
    content = resources.files("assets.reference").joinpath("identifier_schemes.csv").read_text("utf-8")
    found = {}
    for row in csv.DictReader(content.splitlines()):
        kind: SchemeKind = (
            "vat" if row["kind"] == "vat" else "tax" if row["kind"] == "tax" else "registration"
        )
        spellings = (row["scheme_code"], *row["other_spellings"].split())
        found[row["scheme_code"]] = Scheme(
            row["scheme_code"],
            kind,
            row["country_code"],
            row["pattern"],
            row["prefix"],
            spellings,
            row["scheme_name"],
        )
    return found


@cache
def scheme_table() -> pa.Table:
    """The schemes as a frame for SQL: one row per spelling."""
    rows = [
        {
            "spelling": spelling,
            "scheme_code": scheme.scheme_code,
            "scheme_kind": scheme.kind,
            "country_code": scheme.country_code or None,
            "pattern": scheme.pattern or None,
            "prefix": scheme.prefix,
        }
        for scheme in schemes().values()
        for spelling in scheme.spellings
    ]
    return pa.Table.from_pylist(rows)


def vat_country(country_code: str) -> str:
    """The country by which a VAT number is compared, as the statement `vat_number` of the invoices has it."""
    return _ONE_PREFIX.get(country_code.upper(), country_code.upper())


def vat_identifier(country_code: str | None, text: str) -> str | None:
    """A VAT number with its country, as the statement `vat_number` of the invoices spells it, or None.

    The prefix of the number counts before the country beside it.
    """
    number = _spell(text)
    country = None if country_code is None else vat_country(country_code)
    prefix, rest = number[:2], number[2:]
    own = _ONE_PREFIX.get(prefix, prefix)
    is_others = country not in _LETTERS_FIRST and (country in _PREFIXES or rest.isdigit())
    is_prefix = country == own or (prefix in _PREFIXES and (country is None or is_others))
    if is_prefix:
        country = own
        number = number[4:] if rest[:2] == prefix and len(number) >= _TWICE else rest
    if country is None or len(country) != _LETTERS_OF_A_COUNTRY:
        return None
    if country == "CH":
        number = re.sub(r"^(CH)?E|(IVA|MWST|TVA|TPV)$", "", number)
    elif country == "NO":
        number = number.removesuffix("MVA")
    return country + number if _is_number(number) and not _is_filler(number) else None


def numbers_of(row: Mapping[str, str], added: Iterable[Mapping[str, str]] = ()) -> set[tuple[str, str]]:
    """The numbers of a row of counterparties.csv by scheme, and those of counterparty_identifiers.csv.

    Where there is only one of the two, the number of an Italian company is its VAT number and its tax code.
    """
    found = set()
    country, code = row["country_code"], _spell(row["tax_code"])
    if vat_number := vat_identifier(country, row["vat_number"]):
        found.add((VAT, vat_number))
    if code:
        italian = _ITALIAN.fullmatch(code)
        if italian and (country == "IT" or not italian[1].isdigit()):
            found.add((TAX, f"IT{italian[1]}"))
        else:
            found |= {(TAX, country + code)} | ({(TAX, f"IT{code}")} if italian else set())
    for own in added:
        number = spelled(own["scheme_code"], own["identifier"])
        if number is not None:
            found.add((own["scheme_code"], number))
    for scheme, other in ((VAT, TAX), (TAX, VAT)):
        numbers = {number for each, number in found if each == scheme and _COMPANY.fullmatch(number)}
        if numbers and not any(each == other for each, _ in found):
            found |= {(other, number) for number in numbers}
    return found


def is_right_tax_code(text: str) -> bool:
    """Whether this is an Italian tax code (of a person or of a company) with a right check digit."""
    return bool(codicefiscale.is_valid(text))


def right_tax_codes(texts: Iterable[str | None]) -> list[str]:
    """Those of the texts, in capitals and digits alone, that are Italian tax codes; sorted, each once."""
    spelled = {_spell(text).removeprefix("IT") for text in texts if text}
    return sorted(code for code in spelled if is_right_tax_code(code))


def spelled(scheme_code: str, text: str) -> str | None:
    """The number in the spelling by which it is compared; None if it can be none of this scheme.

    A VAT number begins with its country (GB for XI, GR for EL), and so does a tax number: `DE999999026`,
    `IT09990149990`. An Italian tax code may stand without its country.
    """
    scheme = schemes().get(scheme_code)
    number = _spell(text)
    if scheme is None or _is_filler(number):
        return None
    if scheme.kind == "vat":
        found = _WITH_COUNTRY.fullmatch(number)
        return None if found is None else _checked(vat_identifier(found[1], number))
    if scheme.kind == "registration":
        number = number.removeprefix(scheme.prefix)
        return number if re.fullmatch(scheme.pattern, number) else None
    if scheme.kind == "tax" and (italian := _ITALIAN.fullmatch(number)):
        return f"IT{italian[1]}" if is_right_tax_code(italian[1]) else None
    found = _WITH_COUNTRY.fullmatch(number)
    if found is None or not _is_number(found[2]):
        return None
    return None if found[1] == "IT" else found[0]


def _checked(number: str | None) -> str | None:
    """A VAT number with its country, if its check digits are right or nobody knows them."""
    if number is None:
        return None
    country, plain = number[:2], number[2:]
    if country == "CH":
        known, tried = get_cc_module("ch", "uid"), f"CHE{plain}"
    elif country == "NO":
        known, tried = get_cc_module("no", "mva"), f"{plain}MVA"
    else:
        known, tried = get_cc_module(country.lower(), "vat"), plain
    return None if known is not None and not known.is_valid(tried) else number


def has_wrong_digits(country_code: str | None, vat_number: str) -> bool:
    """Whether a VAT number is none, by its check digits; False where nobody knows the rule of its country."""
    number = vat_identifier(country_code, vat_number)
    return number is not None and _checked(number) is None


def identifier_problem(scheme_code: str, text: str) -> tuple[str, str] | None:
    """What is wrong with a row of counterparty_identifiers.csv: the column, and what was expected, as
    something said.
    """
    scheme = schemes().get(scheme_code)
    if scheme is None:
        return "scheme_code", said("scheme_code")
    if scheme.scheme_code not in (VAT, TAX) and scheme.kind != "registration":
        return "scheme_code", said(
            "scheme_of_number", scheme=VAT if scheme.kind == "vat" else TAX, name=scheme.scheme_name
        )
    if spelled(scheme_code, text) is not None:
        return None
    if scheme.kind == "vat":
        return "identifier", said("vat_number")
    if scheme.kind == "tax":
        return "identifier", said("tax_code")
    return "identifier", said("number_as_pattern", name=scheme.scheme_name, pattern=scheme.pattern)


def _spell(text: str) -> str:
    return _SPELLED.sub("", text.upper())


def _is_number(text: str) -> bool:
    digits = sum(sign.isdigit() for sign in text)
    return digits >= FEWEST_DIGITS and digits + 1 >= len(text) - digits


def _is_filler(number: str) -> bool:
    """Whether all digits are the same: 99999999999 stands where a number is missing."""
    digits = {sign for sign in number if sign.isdigit()}
    return len(digits) < 2
