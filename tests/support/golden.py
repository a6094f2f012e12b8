"""Golden files: what was read by a person once, compared in every run.

`PARTITA_WRITE_GOLDEN=1 pytest tests/unit/test_samples.py` writes them; a person reads the difference before
it is committed. A file that is missing is a failure and never written by the way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

GOLDEN: Final = Path(__file__).resolve().parents[1] / "golden"
WRITE_VARIABLE: Final = "PARTITA_WRITE_GOLDEN"

Document = Mapping[str, object]


def assert_golden(name: str, produced: Document) -> None:
    """Compares the document with `tests/golden/<name>.json`, list by list, and names each difference."""
    path = GOLDEN / f"{name}.json"
    if os.environ.get(WRITE_VARIABLE) == "1":
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(json.dumps(produced, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert path.is_file(), f"{path.name} is missing: write it with {WRITE_VARIABLE}=1 and read it"
    expected = json.loads(path.read_text("utf-8"))
    differences = list(_differences(expected, json.loads(json.dumps(produced))))
    assert not differences, "\n".join([f"{path.name} differs:", *differences])


def assert_golden_bytes(name: str, produced: bytes) -> None:
    """Compares the bytes with the file `tests/golden/<name>`; where they differ, by line."""
    path = GOLDEN / name
    if os.environ.get(WRITE_VARIABLE) == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(produced)
    assert path.is_file(), f"{name} is missing: write it with {WRITE_VARIABLE}=1 and read it"
    assert produced.splitlines(keepends=True) == path.read_bytes().splitlines(keepends=True)


def _differences(expected: Document, produced: Document) -> Iterable[str]:
    for key in sorted({*expected, *produced}):
        wanted, got = expected.get(key), produced.get(key)
        if wanted == got:
            continue
        if not (isinstance(wanted, list) and isinstance(got, list)):
            yield f"wrong {key}: {_text(got)} instead of {_text(wanted)}"
            continue
        missed = [row for row in wanted if row not in got]
        unexpected = [row for row in got if row not in wanted]
        yield from (f"missed in {key}: {_text(row)}" for row in missed)
        yield from (f"unexpected in {key}: {_text(row)}" for row in unexpected)
        if not missed and not unexpected:
            yield f"wrong order or number in {key}"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
