"""Names as Beancount takes them: accounts, links, currencies and texts, each made from one of ours.

Belongs here: what a name may look like, and that two of ours never become one. Does not: writing files. A
name that had to be changed in its code, or that another account has already, ends with six digits of a hash.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

ROOTS: Final[Mapping[str | None, str]] = MappingProxyType(
    {"bank": "Assets", "transit": "Assets", "customer": "Assets", "supplier": "Liabilities"}
)
"""The kind of Beancount's for each kind of account of ours; expenses for all others."""

OTHER_ROOT: Final = "Expenses"
_GROUPS: Final[Mapping[str | None, str]] = MappingProxyType(
    {"bank": "Bank", "transit": "Transit", "customer": "Customers", "supplier": "Suppliers"}
)
_LONGEST_NAME: Final = 40
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the ledger has it. `kind` and `name` are None where the chart no longer has it."""

    company_code: str
    account_code: str
    name: str | None
    kind: str | None


def component(text: str) -> str:
    """The text as one part of an account's name: ASCII letters, digits and dashes, no small letter first."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    name = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")
    return name[:1].upper() + name[1:]


def code_component(code: str) -> str:
    """As `component`, but different codes give different names: what was changed ends with a hash."""
    name = component(code)
    return name if name == code else f"{name or 'X'}-{_digest(code)}"


def account_names(
    accounts: Iterable[Account], roots_by_company: Mapping[str, Mapping[str, str]]
) -> dict[tuple[str, str], str]:
    """The name of each account by company and code, such as `Assets:ALBA:Bank:1801001-Banca-Collina`.

    `roots_by_company` names the kind by the beginning of the code, the longest one counts; without one, the
    kind of the account decides.
    """
    names: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for account in accounts:
        code = code_component(account.account_code)
        title = component(account.name or "")[:_LONGEST_NAME].strip("-")
        name = ":".join(
            (
                _root(account, roots_by_company.get(account.company_code, {})),
                code_component(account.company_code),
                _GROUPS.get(account.kind, "Other"),
                f"{code}-{title}" if title else code,
            )
        )
        if name in taken:
            name = f"{name}-{_digest(account.account_code)}"
        assert name not in taken, "a hash tells accounts apart"
        taken.add(name)
        names[account.company_code, account.account_code] = name
    return names


def roots_of_setting(value: str) -> dict[str, str]:
    """The setting `journal_roots`, such as `45:Liabilities;7:Expenses`, as kinds by beginnings of codes."""
    pairs = (part.rpartition(":") for part in value.split(";") if part)
    return {beginning: root for beginning, _, root in pairs}


def item_link(company_code: str, open_item_key: str) -> str:
    """The link of an open item, without its caret: company and key, so that companies never share one."""
    return f"{_link(company_code)}.{_link(open_item_key)}"


def quoted(text: str) -> str:
    """The text as a string of Beancount's: quotes and backslashes escaped, control characters as blanks."""
    plain = _CONTROL.sub(" ", text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _root(account: Account, roots: Mapping[str, str]) -> str:
    fitting = [beginning for beginning in roots if account.account_code.startswith(beginning)]
    if fitting:
        return roots[max(fitting, key=len)]
    return ROOTS.get(account.kind, OTHER_ROOT)


def _link(text: str) -> str:
    # A dot parts company and key, so that neither may have one of its own.
    name = re.sub(r"[^A-Za-z0-9_/-]+", "-", text)
    return name if name == text else f"{name}-{_digest(text)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
