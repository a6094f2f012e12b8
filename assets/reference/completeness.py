"""What right reference data lack all the same: what stands between a new home and its first entry.

No finding: a home may work without any of it, and nothing is refused. The rows are told to whoever asks
(`partita reference check`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import duckdb

from assets.reference.load import ReferenceFrames
from assets.statements import statement

_INPUTS: Final = (
    "company",
    "account",
    "accounting_reason",
    "accounting_period",
    "counterparty",
    "setting",
)


def lacking(read: ReferenceFrames) -> Iterator[str]:
    """Sentences about what is missing, in the order in which a person would write it; none if all is there.

    `read` has the frames of every file and no findings.
    """
    with duckdb.connect(":memory:") as workbench:
        for name in _INPUTS:
            workbench.register(name, read.frames[name])
        rows = workbench.execute(statement("reference", "lacking")).fetchall()
    yield from (sentence for (sentence,) in rows)
