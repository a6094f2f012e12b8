"""Identifiers of parties: which schemes there are, how a number is spelled, and whether it can be one.

Belongs here: the schemes (`identifier_schemes.csv`, from the ICD list of ISO 6523 and the EAS list of Peppol)
and judging one number, as a person writes it into a reference file or a document bears it. Does not: whose
number it is (`assets/invoices/sql/doc_owner.sql`).
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

SchemeKind = Literal["vat", "tax", "registration"]

VAT: Final = "VAT"
TAX: Final = "TAX"
FEWEST_DIGITS: Final = 3
"""A text with fewer digits, or no more digits than letters, is no number but a name or a statement."""

_SPELLED: Final = re.compile(r"[^A-Z0-9]+")
_WITH_COUNTRY: Final = re.compile(r"([A-Z]{2})([A-Z0-9]+)")
_ITALIAN: Final = re.compile(r"(?:IT)?([0-9]{11}|[A-Z]{6}[A-Z0-9]{10})")
_ONE_PREFIX: Final[Mapping[str, str]] = {"XI": "GB", "EL": "GR"}
"""Countries of VAT numbers with two prefixes: Northern Ireland and Great Britain, and Greece."""


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
    if scheme.kind == "registration":
        number = number.removeprefix(scheme.prefix)
        return number if re.fullmatch(scheme.pattern, number) else None
    if scheme.kind == "tax" and (italian := _ITALIAN.fullmatch(number)):
        return f"IT{italian[1]}" if is_right_tax_code(italian[1]) else None
    found = _WITH_COUNTRY.fullmatch(number)
    if found is None or not _is_number(found[2]):
        return None
    country = _ONE_PREFIX.get(found[1], found[1])
    if scheme.kind == "tax":
        return None if country == "IT" else country + found[2]
    return _vat_number(country, found[2])


def _vat_number(country: str, number: str) -> str | None:
    """A VAT number with its country, if its check digits are right or nobody knows them."""
    if country == "CH":
        number = re.sub(r"^E|(IVA|MWST|TVA|TPV)$", "", number)
        known, tried = get_cc_module("ch", "uid"), f"CHE{number}"
    elif country == "NO":
        number = number.removesuffix("MVA")
        known, tried = get_cc_module("no", "mva"), f"{number}MVA"
    else:
        known, tried = get_cc_module(country.lower(), "vat"), number
    return None if known is not None and not known.is_valid(tried) else country + number


def identifier_problem(scheme_code: str, text: str) -> tuple[str, str] | None:
    """What is wrong with a row of counterparty_identifiers.csv: the column, and what was expected."""
    scheme = schemes().get(scheme_code)
    if scheme is None:
        return "scheme_code", "VAT, TAX, or a code of the list ISO 6523 such as 0088 (docs/reference-data.md)"
    if scheme.scheme_code not in (VAT, TAX) and scheme.kind != "registration":
        return "scheme_code", f"{VAT if scheme.kind == 'vat' else TAX} for a {scheme.scheme_name}"
    if spelled(scheme_code, text) is not None:
        return None
    if scheme.kind == "vat":
        return "identifier", "a VAT number with its country and right check digits, such as DE999999026"
    if scheme.kind == "tax":
        return (
            "identifier",
            "an Italian tax code with a right check digit, or a tax number behind the code of its country",
        )
    return "identifier", f"a {scheme.scheme_name} as {scheme.pattern}"


def _spell(text: str) -> str:
    return _SPELLED.sub("", text.upper())


def _is_number(text: str) -> bool:
    digits = sum(sign.isdigit() for sign in text)
    return digits >= FEWEST_DIGITS and digits > len(text) - digits


def _is_filler(number: str) -> bool:
    """Whether all digits are the same: 99999999999 stands where a number is missing."""
    digits = {sign for sign in number if sign.isdigit()}
    return len(digits) < 2
