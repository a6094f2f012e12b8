"""Which accounting programs there are, and how a company's target is made from its settings.

Belongs here: the names that the setting `sync_target` may have. Does not: any program
(`assets.sync.targets`). A program's module is loaded when a company uses it, and not before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

from assets.settings import Settings, option_values
from assets.sync.errors import Explanation, StoppedError
from assets.sync.secrets import secrets_of
from assets.sync.target import Target, TargetSettings

NONE: Final = "none"
LEDGER: Final = "ledger"
"""The embedded program: the ledger itself, whose registration numbers are our own protocol numbers."""

_TARGETS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "tryton": "assets.sync.targets.tryton:TrytonTarget",
        "exact": "assets.sync.targets.exact:ExactTarget",
        "yuki": "assets.sync.targets.yuki:YukiTarget",
    }
)


def address_of(settings: Settings, company_code: str) -> str:
    """Where a company's program is, and which of its books are meant: address and options, as set."""
    names = ("sync_url", "sync_options")
    return " ".join(filter(None, (settings.get(name, company_code) for name in names)))


def target_of(home: Path, settings: Settings, company_code: str) -> Target:
    """The target of a company whose program is neither none nor the ledger.

    Raises:
        StoppedError: if its address or its secret is missing, or cannot be used.
    """
    program = settings.get("sync_target", company_code)
    url = settings.get("sync_url", company_code)
    if not url:
        raise StoppedError(Explanation("settings_missing", f"sync_url of {company_code}"))
    module, _, name = _TARGETS[program].partition(":")
    make = cast("Callable[[TargetSettings], Target]", getattr(import_module(module), name))
    return make(
        TargetSettings(
            company_code,
            url,
            option_values(settings.get("sync_options", company_code)),
            secrets_of(home / "secrets", company_code),
            home / "secrets",
        )
    )
