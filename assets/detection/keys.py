"""How the keys of files are written and read.

A *file key* follows from a file's name and content alone, `RITCOGE@3fa4c1d29b0e.txt`: the same content under
the same name is the same file, whenever it comes, and other content another one. Movements without a number
of their own are told apart by it.

A *partition key* is what people see of a file, and the name under which it is kept. It is drawn by the look
that finds the file first (`assets.detection.drawn_keys`) and begins with what tells files of one name apart
in a box that cuts it off: `20261129.003-RITCOGE@3fa4c1.txt` came on that day, as the third. Dagster's list
shows the first thirteen characters in a window of 1366 pixels. Keys from when the day was written with
hyphens (`2026-11-29`) keep them; files from before keys were drawn keep their file key as partition key.

Belongs here: how keys are written and what can be read from them. Does not: which key a file has.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from assets.home import Home, Place

HASH_CHARACTERS: Final = 12
"""Of the SHA-256 in the file key: 48 bits tell 100,000 files apart; the whole hash is kept too."""

SHOWN_HASH_CHARACTERS: Final = 6
"""Of the SHA-256 in a drawn key, which its day and number tell apart from others."""

MAX_NAME_CHARACTERS: Final = 100

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.\-]+")
_NUMBERED: Final = r"(?P<drawn>(?P<day>[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2})\.(?P<number>[0-9]{3,6}))"
_FILE_KEY: Final = re.compile(r"(?P<stem>.*)@(?P<mark>s?)(?P<hash>[0-9a-f]{12})(?P<suffix>\.[^.]*)?")
_DRAWN_KEY: Final = re.compile(
    rf"{_NUMBERED}-(?P<stem>.*)@(?P<mark>s?)(?P<hash>[0-9a-f]{{6}})(?P<suffix>\.[^.]*)?"
)
_DELIVERY_KEY: Final = re.compile(_NUMBERED)


def file_key(name: str, content_sha256: str, mark: str = "") -> str:
    """The key that follows from this name and content; characters that a key may not have became `_`.

    `mark` is that of the file's place (`assets.home.Place`).
    """
    stem, suffix = _safe_parts(name)
    return f"{stem}@{mark}{content_sha256[:HASH_CHARACTERS]}{suffix}"


def numbered_day(day: dt.date, number: int) -> str:
    """Day and number with which a drawn key begins; the whole key of a delivery of single files."""
    return f"{day:%Y%m%d}.{_padded(number)}"


def drawn_part(key: str) -> str:
    """Day and number with which a key begins, as they stand there; blank if it was not drawn."""
    found = _drawn(key)
    return "" if found is None else found["drawn"]


def drawn_key(day: dt.date, number: int, of_file: str) -> str:
    """The partition key of the file with this file key that came on this day as this number."""
    return _with_drawn(numbered_day(day, number), of_file)


def place_in_days(key: str) -> tuple[dt.date, int] | None:
    """Day and number of a drawn key, or of that of a delivery; None for a key from before they were drawn."""
    found = _drawn(key)
    return None if found is None else (dt.date.fromisoformat(found["day"]), int(found["number"]))


def file_key_of(key: str, content_sha256: str) -> str:
    """The file key of the file with this partition key and content: it was never drawn, and never changes."""
    found = _DRAWN_KEY.fullmatch(key)
    if found is None or _day(found["day"]) is None:
        return key
    digits = content_sha256[:HASH_CHARACTERS]
    return f"{found['stem']}@{found['mark']}{digits}{found['suffix'] or ''}"


def is_key(name: str) -> bool:
    """Whether a name is a partition key, as kept files have it; those of deleted imports have another one."""
    return "#" not in name and _read(name) is not None


def dropped_name(name: str, key: str) -> str:
    """The name under which a file was dropped that bears this name now: a kept one bears its key."""
    kept, found = (_read(name) if is_key(name) else None), _read(key)
    if kept is None or found is None or not _is_one_file(kept, found):
        return name
    return f"{kept['stem']}{kept['suffix'] or ''}"


def key_in_inbox(name: str, content_sha256: str, mark: str = "") -> str:
    """The key that a file of this name and content in an inbox brings: the name itself where it is a key of
    that content, since the file was kept before, and else its file key.
    """
    found = _read(name) if is_key(name) else None
    if found is not None and found["mark"] == mark and content_sha256.startswith(found["hash"]):
        place = place_in_days(name)
        of_file = file_key(dropped_name(name, name), content_sha256, mark)
        if place is None:
            return name
        if name == _with_drawn(drawn_part(name), of_file) and found["number"] == _padded(place[1]):
            return name
    return file_key(name, content_sha256, mark)


def bearer_of(key: str, mark: str) -> Callable[[str], bool]:
    """Says whether a file of a name, in the inbox with this mark, may be the one with this key: whatever its
    content is. A whole inbox is asked for each file.
    """
    wanted = _read(key)
    if wanted is None or wanted["mark"] != mark:
        return lambda name: False
    parts = (wanted["stem"], wanted["suffix"] or "")

    def may_bear(name: str) -> bool:
        kept = _read(name) if "@" in name and is_key(name) else None
        return (kept is not None and _is_one_file(kept, wanted)) or _safe_parts(name) == parts

    return may_bear


def split_key(key: str) -> tuple[str, str, str]:
    """Stem, hash and suffix of a partition key, without what was drawn and the mark of its place.

    Raises ValueError if it is none.
    """
    found = _read(key)
    if found is None:
        raise ValueError(f"{key} is no partition key: name, @, hexadecimal digits, ending")
    return found["stem"], found["hash"], found["suffix"] or ""


def place_of(home: Home, key: str) -> Place:
    """Where the file with this partition key stands: its mark says of which source it is."""
    return home.sales if _mark(key.partition("#")[0]) == home.sales.key_mark else home.traces


def _padded(number: int) -> str:
    return f"{number:03d}"


def _with_drawn(drawn: str, of_file: str) -> str:
    """The partition key of the file with this file key, from what was drawn for it."""
    stem, digits, suffix = split_key(of_file)
    mark = _mark(of_file)
    return f"{drawn}-{stem}@{mark}{digits[:SHOWN_HASH_CHARACTERS]}{suffix}"


def _safe_parts(name: str) -> tuple[str, str]:
    """Stem and suffix of a name, as they stand in its keys."""
    path = PurePath(name)
    stem, suffix = path.stem, path.suffix
    safe = _UNSAFE.sub("_", stem)[:MAX_NAME_CHARACTERS].replace("..", "__") or "_"
    ending = _UNSAFE.sub("_", suffix)[:20]
    return safe, ending if ending != "." else ""


def _read(key: str) -> re.Match[str] | None:
    drawn = _DRAWN_KEY.fullmatch(key)
    if drawn is not None and _day(drawn["day"]) is not None:
        return drawn
    return _FILE_KEY.fullmatch(key)


def _drawn(key: str) -> re.Match[str] | None:
    """What was drawn of a key, if it is a day of the calendar and a number."""
    found = _DRAWN_KEY.fullmatch(key) or _DELIVERY_KEY.fullmatch(key)
    return None if found is None or _day(found["day"]) is None else found


def _mark(key: str) -> str | None:
    found = _read(key)
    return None if found is None else found["mark"]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _is_one_file(one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether two keys, of either form, may be of one file: a drawn one has fewer digits of the hash."""
    shorter, longer = sorted((one["hash"], other["hash"]), key=len)
    return longer.startswith(shorter) and all(
        (one[part] or "") == (other[part] or "") for part in ("stem", "mark", "suffix")
    )
