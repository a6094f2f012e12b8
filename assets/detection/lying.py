"""Finds what lies in an inbox and will never be taken, so that nobody waits for it.

Belongs here: what lies there for an hour, and why it is left alone. Does not: telling people, which the
command line and the sensors do. Nothing is written: the folders themselves say it at every look.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assets.detection.inbox import (
    IN_TRANSIT_SUFFIXES,
    is_file_or_link,
    is_hidden,
    is_text,
    matches_masks,
    shown_name,
)
from assets.errors import TransientError
from assets.home import Home
from assets.settings import Settings

PATIENCE: Final = dt.timedelta(hours=1)
"""A transfer may take its time, and so may somebody who sorts what was dropped."""

_EVERY_FILE: Final = frozenset({"*", "*.*"})


@dataclass(frozen=True, slots=True)
class Inbox:
    """An inbox: its asset, what people drop into it, its folder, and the setting with its masks."""

    asset_name: str
    label: str
    folder: Callable[[Home], Path]
    masks_setting: str


TRACES: Final = Inbox("trace_inbox", "traces", lambda home: home.inbox, "file_masks")
INVOICES: Final = Inbox("invoice_inbox", "e-invoices", lambda home: home.invoice_inbox, "invoice_masks")
SALES: Final = Inbox("sales_inbox", "sales invoices", lambda home: home.sales_inbox, "sales_masks")
INBOXES: Final = (TRACES, INVOICES, SALES)


@dataclass(frozen=True, slots=True)
class LeftLying:
    """What lies in the inbox of an asset since a time (UTC), why it is left alone, and what to do."""

    asset_name: str
    source_file: str
    lying_since_at: dt.datetime
    reason: str
    remedy: str


def left_lying(
    home: Home, settings: Settings, now: dt.datetime, inboxes: Iterable[Inbox] = INBOXES
) -> list[LeftLying]:
    """What lies in the inboxes for `PATIENCE` at `now` (UTC, without a zone) and is not taken, by name.

    Hidden files and those of the operating system do not count; what a transfer left half way does. A name
    that is no text is named at once: waiting does not mend it.

    Raises:
        TransientError: if an inbox cannot be read.
    """
    return [
        LeftLying(inbox.asset_name, shown_name(name), since, *_explained(inbox, name, home, settings))
        for inbox in inboxes
        for name, since in _left_alone(inbox, home, settings)
        if now - since >= PATIENCE or not is_text(name)
    ]


def not_taken(home: Home, settings: Settings, inboxes: Iterable[Inbox] = INBOXES) -> list[LeftLying]:
    """The files and links in the inboxes that no look takes, however short they lie there, by name.

    Raises:
        TransientError: if an inbox cannot be read.
    """
    return [
        LeftLying(inbox.asset_name, shown_name(name), since, *_explained(inbox, name, home, settings))
        for inbox in inboxes
        for name, since in _left_alone(inbox, home, settings)
        if is_file_or_link(inbox.folder(home) / name)
    ]


def _left_alone(inbox: Inbox, home: Home, settings: Settings) -> list[tuple[str, dt.datetime]]:
    """Names in the inbox that no look takes, each with the last time at which it changed."""
    folder = inbox.folder(home)
    if not folder.is_dir():
        return []
    masks = settings.masks(inbox.masks_setting)
    inboxes = [Path(os.path.realpath(each.folder(home))) for each in INBOXES]
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                # An inbox within this one may stand there by a link.
                if is_hidden(entry.name) or Path(os.path.realpath(entry.path)) in inboxes:
                    continue
                with suppress(FileNotFoundError):
                    if entry.is_dir(follow_symlinks=False):
                        path = Path(entry.path).resolve()
                        is_ours = any(each.is_relative_to(path) for each in inboxes)
                        if is_ours or _is_empty(path):
                            continue
                    elif entry.is_file(follow_symlinks=False) and matches_masks(entry.name, masks):
                        continue
                    found.append((entry.name, _last_change(entry)))
    except OSError as error:
        raise TransientError(f"the inbox {folder} cannot be read: {error.strerror}") from error
    return sorted(found)


def _is_empty(folder: Path) -> bool:
    """Whether nothing lies in the folder; one into which we may not look may hold anything."""
    try:
        return not any(folder.iterdir())
    except PermissionError:
        return False


def _last_change(entry: os.DirEntry[str]) -> dt.datetime:
    """The time of the content or of the entry, which whoever copies a file cannot set to an older one."""
    status = entry.stat(follow_symlinks=False)
    newest = max(status.st_mtime, status.st_ctime)
    return dt.datetime.fromtimestamp(newest, dt.UTC).replace(tzinfo=None)


def _explained(inbox: Inbox, name: str, home: Home, settings: Settings) -> tuple[str, str]:
    """Why a name is left alone, and what to do about it."""
    path = inbox.folder(home) / name
    if path.is_symlink():
        return "a link, which is never followed", "Drop the file itself."
    if path.is_dir():
        return (
            "a folder, into which no look goes",
            "Drop its files, or an archive of them if they are e-invoices.",
        )
    if not is_text(name):
        return (
            "a name that is not UTF-8",
            f"Rename it in {inbox.folder(home)}, in plain letters.",
        )
    if name.casefold().endswith(IN_TRANSIT_SUFFIXES):
        return "a name that says that the file is still arriving", "Drop the file again, as a whole."
    shown = ";".join(settings.masks(inbox.masks_setting))
    reason = f"no mask fits: {inbox.masks_setting} is {shown}"
    for other in _others_that_fit(inbox, name, settings):
        # The masks of others may say no more than how names end: what it holds, only a person knows.
        return reason, (
            f"If it holds {other.label}, move it to {other.folder(home)}, whose masks it fits; if not, "
            f"rename it as a mask says, or add a mask to {inbox.masks_setting} in settings.csv."
        )
    return reason, f"Rename or remove it, or add a mask to {inbox.masks_setting} in settings.csv."


def _others_that_fit(inbox: Inbox, name: str, settings: Settings) -> Iterator[Inbox]:
    """The other inboxes that would take a file of this name, and not any file."""
    for other in INBOXES:
        masks = [mask for mask in settings.masks(other.masks_setting) if mask not in _EVERY_FILE]
        if other is not inbox and matches_masks(name, masks):
            yield other
