"""How much the tests of chance do, and where their chance begins.

| | runs | how often | chance |
|---|---|---|---|
| `make test` | what has no mark | a few examples | the same in every run: what passes here passes there |
| `make check` | `check`, `faults`, every property | a tenth | by the commit, or by `SEED`; it is printed |
| `make faults` | `faults`, every property | all of it | by the moment, or by `SEED`; it is printed |

Belongs here: counts and seeds. Does not: any test.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import Final, Literal, cast, get_args

from hypothesis import settings

Effort = Literal["test", "check", "faults"]
EFFORTS: Final = cast("Sequence[Effort]", get_args(Effort))
SHARE: Final = 10
"""Of how often `make faults` does something, `make check` does this part."""

QUICK: Final = 10
"""Examples of a property in `make test`, where its test does not say how many."""
FULL: Final = 1_000
"""Examples of such a property in `make faults`."""

_effort: Effort = "test"
_seed: str = ""


def configure(effort: Effort, seed: str) -> None:
    """Says which of the three runs this is; once, before tests are collected."""
    global _effort, _seed
    _effort, _seed = effort, seed
    settings.register_profile(
        "partita",
        database=None,
        deadline=None,
        derandomize=effort == "test",
        print_blob=effort != "test",
        max_examples=examples(QUICK, FULL),
    )
    settings.load_profile("partita")


def seed_of_hypothesis() -> int:
    """The seed as a number."""
    return int.from_bytes(hashlib.sha256(_seed.encode()).digest()[:8])


def chance(name: str) -> random.Random:
    """A source of chance of its own for whatever has this name."""
    return random.Random(f"{_seed} {name}")


def times(full: int) -> int:
    """How often a test marked `faults` does something: a tenth unless all is wanted, once at least."""
    return full if _effort == "faults" else -(-full // SHARE)


def examples(quick: int, full: int) -> int:
    """How many examples of a property: `quick` in `make test`, and never fewer in the other two."""
    return quick if _effort == "test" else max(quick, times(full))
