"""What findings say: every text is said somewhere, with what goes into it, and nothing else is."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlglot import exp

from assets.findings import finding_texts
from tests.support.flow import blocks

ASSETS: Final = Path(__file__).resolve().parents[2] / "assets"


def said_in_sql() -> Iterator[tuple[str, frozenset[str]]]:
    """Each text that a statement says, with the names of what it puts into it."""
    for block in blocks():
        if block.macro == "said":
            continue
        for call in block.tree.find_all(exp.Anonymous):
            if call.name == "said":
                code, *parameters = call.expressions
                yield code.name, frozenset(key.this.name for each in parameters for key in each.expressions)


def said_in_python() -> Iterator[tuple[str, frozenset[str]]]:
    """Each text that a module says, with the names of what it puts into it."""
    for path in ASSETS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "said":
                (code,) = node.args
                assert isinstance(code, ast.Constant), f"{path.name}: the code of a text is written out"
                yield str(code.value), frozenset(str(keyword.arg) for keyword in node.keywords)


def test_every_text_is_said_with_what_goes_into_it() -> None:
    said: dict[str, set[frozenset[str]]] = defaultdict(set)
    for code, names in (*said_in_sql(), *said_in_python()):
        said[code].add(names)
    assert dict(said) == {
        code: {frozenset(re.findall(r"\{(\w+)\}", words))} for code, words in finding_texts().items()
    }


def test_no_words_are_said_twice() -> None:
    texts = finding_texts()
    assert sorted(texts.values()) == sorted(set(texts.values()))
