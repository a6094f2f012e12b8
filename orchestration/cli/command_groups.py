"""In which group `partita --help` lists each command: what people look for together stands together.

Belongs here: groups and their order. Does not: the commands, nor their help.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Beginning": ("init", "start", "address", "doctor", "completion"),
        "Every day": ("process", "status", "findings", "rerun", "dismiss", "export", "sync"),
        "Finding": ("find", "why", "open-items", "postings", "unlinked", "invoices", "report", "beancount"),
        "E-invoices of suppliers": (
            "documents",
            "register",
            "refuse",
            "handle",
            "change",
            "same",
            "other",
            "instead",
            "in-addition",
            "confirm-iban",
            "automatic",
        ),
        "Corrections": (
            "link",
            "settle",
            "compensate",
            "write-off",
            "reopen",
            "create-payment",
            "delete-payment",
            "delete-import",
            "same-movement",
            "another-movement",
            "corrections",
            "undo",
        ),
        "Reference data": ("reference", "propose-supplier", "add-identifier"),
        "Keeping the home": ("audit", "kept", "backup", "restore", "rebuild", "repair", "purge"),
    }
)
"""The names of the commands by the heading of their group, in the order in which they are shown."""

OTHERS: Final = "Others"
"""The heading of commands that are in no group."""
