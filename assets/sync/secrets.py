"""The secrets of a company's program: from the environment, or from a file that only its owner may read.

Belongs here: finding them, and refusing a file that others may read. Does not: what a program does with them.
Secrets are never logged, never put into messages, and never written by this module.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from assets.sync.errors import Explanation, StoppedError

PREFIX: Final = "PARTITA_SECRET_"

_LINE: Final = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)")


def variable_name(company_code: str, name: str) -> str:
    """The variable of the environment for a company's secret: `PARTITA_SECRET_ALBA_KEY` for `key`."""
    return f"{PREFIX}{_plain(company_code).upper()}_{name.upper()}"


def secret_file(folder: Path, company_code: str) -> Path:
    """The file of a company's secrets: its code, other characters than letters and digits as underscores."""
    return folder / f"{_plain(company_code)}.env"


def _plain(company_code: str) -> str:
    return re.sub("[^A-Za-z0-9]", "_", company_code)


def secrets_of(
    folder: Path, company_code: str, environment: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The secrets of a company by their names in small letters; the environment goes before the file.

    The file (`secret_file`) has lines `NAME=value`; blank lines and those that begin with `#` say nothing.

    Raises:
        StoppedError: if others than the owner may read the file, or a line of it is none.
    """
    found = _from_file(secret_file(folder, company_code))
    start = variable_name(company_code, "")
    found |= {
        name.removeprefix(start).lower(): value.strip()
        for name, value in environment.items()
        if name.startswith(start) and value.strip()
    }
    return found


def _from_file(path: Path) -> dict[str, str]:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _refused(f"{path} cannot be read ({error.strerror})") from error
    with os.fdopen(descriptor, encoding="utf-8") as stream:
        status = os.fstat(stream.fileno())
        if status.st_mode & 0o077 or status.st_uid != os.geteuid():
            raise _refused(f"{path} may be read by others: chmod 600 and the right owner")
        try:
            lines = stream.read().splitlines()
        except ValueError as error:
            raise _refused(f"{path} is not text in UTF-8") from error
    found = {}
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = _LINE.fullmatch(text)
        if match is None:
            # What stands there may be a secret: only its place is named.
            raise _refused(f"line {number} of {path} is not NAME=value")
        found[match.group(1).lower()] = match.group(2).strip()
    return found


def _refused(detail: str) -> StoppedError:
    return StoppedError(Explanation("secret_missing", detail))
