"""Which files people mean when they name some: by the number of an import, a partition key, or a file's name.

Belongs here: finding the keys of what commands that change something are told. Does not: the form of names
(`orchestration.cli.names`, `assets.import_numbers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assets.detection.keys import drawn_part, split_key
from assets.errors import OperatingError
from assets.import_numbers import import_id_of, number_alone, numbered
from assets.ledger.store import Ledger
from assets.statements import records


def matching_keys(ledger: Ledger, keys: Sequence[str], file: str) -> list[str]:
    """Those of the keys that the number of an import, a key, its day and number, or a name stands for.

    Raises:
        OperatingError: if there is none.
    """
    file = number_alone(file)
    wanted = {Path(file).name.casefold(), *(key.casefold() for key in _keys_of_number(ledger, file))}
    found = [key for key in keys if wanted & {key.casefold(), _name_of(key).casefold(), drawn_part(key)}]
    if not found:
        raise OperatingError(f"no failed file is named {file}: `partita findings` lists them")
    return found


def _keys_of_number(ledger: Ledger, text: str) -> list[str]:
    """The keys of the import of this number, and of the delivery that held its file; none for other texts."""
    import_id = import_id_of(text)
    if import_id is None:
        return []
    with ledger.reading() as connection:
        found = records(connection, "ledger", "import_by_number", {"import_id": import_id})
    return [key for row in found for key in row.values() if key is not None]


def numbered_key(ledger: Ledger, key: str) -> str:
    """What messages call a file: the number of its import with its key."""
    with ledger.reading() as connection:
        (found,) = records(connection, "ledger", "import_by_key", {"partition_key": key})
    return numbered(found["import_id"], key)


def _name_of(key: str) -> str:
    if "@" not in key:
        # A delivery of single files has no name but its key.
        return key
    stem, _, suffix = split_key(key)
    return f"{stem}{suffix}"


def one_open_key(ledger: Ledger, file: str) -> str:
    """The key of the one import with open findings that a number, a key or a name stands for.

    Raises:
        OperatingError: if there is none, or several are called so.
    """
    from orchestration.imports import keys_with_open_findings

    found = matching_keys(ledger, keys_with_open_findings(ledger), file)
    if len(found) > 1:
        names = ", ".join(numbered_key(ledger, key) for key in found)
        raise OperatingError(f"{file} may be any of {names}: name it by its number")
    return found[0]
