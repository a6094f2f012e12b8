"""The short numbers of imports, `I12`: how they are written and read. A file's name tells nothing where a
program writes the same one every day; its import's number is drawn at its first attempt and stays for ever.

Statements write the same as `'I' || import_id AS import_number`, and compare names with the macro
`names_import`.
"""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = re.compile(r"[Ii](?P<digits>[0-9]{1,18})", re.ASCII)


def import_number(import_id: int) -> str:
    """The number of an import as people write it."""
    return f"I{import_id}"


def numbered(import_id: object, name: object) -> str:
    """The number of an import with the name of its file, `I12 RITCOGE.txt`; the name alone for what no import
    brought. The partition key of a deleted import ends with `#12`, which says nothing beside `I12`.
    """
    return f"{name}" if import_id is None else f"I{import_id} {str(name).removesuffix(f'#{import_id}')}"


def import_id_of(text: str) -> int | None:
    """The import that such a number names, in any case; None for any other text."""
    found = _NUMBER.fullmatch(text)
    return int(found["digits"]) if found else None


def number_alone(text: str) -> str:
    """The number of a text such as `I12 RITCOGE.txt`, as lists show an import; any other text as it is."""
    number, _, name = text.partition(" ")
    return number if name and import_id_of(number) is not None else text
