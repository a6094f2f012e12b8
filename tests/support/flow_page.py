"""The page docs/flow.md: the steps of each stage, what they hand on, and who writes which table.

Belongs here: drawing what `tests.support.flow` found. Does not: what is right (tests/architecture).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from tests.support.flow import ASSETS, FLOORS, Block, blocks

Step = tuple[str, str]
"""A stage and a step of it: the file `assets/<stage>/sql/<step>.sql`."""

HEAD = """# Flow

What the statements hand to each other, drawn from the statements themselves (`make golden` writes this page,
a test compares it). A statement stands in `assets/<stage>/sql/<step>.sql` under `-- name:`. An arrow leads
from the step that makes a table on the workbench to the one that reads it; stages stand from the ground up.
Rounded boxes are tables of the ledger that a step writes.
"""


def _of(block: Block) -> Step:
    return block.stage, block.step


@cache
def _makers() -> dict[str, frozenset[Step]]:
    """The steps that make each table of the workbench."""
    found: dict[str, set[Step]] = defaultdict(set)
    for block in blocks():
        if block.made and block.code.startswith("CREATE"):
            found[block.made].add(_of(block))
    return {table: frozenset(steps) for table, steps in found.items()}


def _arrows(stage: str) -> Iterator[tuple[Step, Step, str]]:
    """From the step that makes a table to one of this stage that reads it; not within a step."""
    for block in blocks():
        if block.stage != stage:
            continue
        for table in block.needs:
            makers = _makers().get(table, frozenset())
            # What a stage makes itself is what its statements mean by the name.
            own = {maker for maker in makers if maker[0] == stage}
            for maker in own or makers:
                if maker != _of(block):
                    yield maker, _of(block), table


def _graph(stage: str) -> list[str]:
    """The steps of a stage as a Mermaid graph; none where it hands on nothing and writes nothing."""
    joined: dict[tuple[Step, Step], set[str]] = defaultdict(set)
    for maker, reader, table in _arrows(stage):
        joined[maker, reader].add(table)
    written = sorted({(_of(b), b.written) for b in blocks() if b.stage == stage and b.written})
    lines = []
    for (maker, reader), tables in sorted(joined.items()):
        named = sorted(tables)
        label = ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")
        lines.append(f"    {_node(maker, stage)} -->|{label}| {_node(reader, stage)}")
    lines += [f"    {_node(step, stage)} --> {table}(({table}))" for step, table in written]
    return ["```mermaid", "flowchart LR", *lines, "```", ""] if lines else []


def _node(step: Step, stage: str) -> str:
    name = step[1] if step[0] == stage else f"{step[0]}: {step[1]}"
    return f'{step[0]}_{step[1]}["{name}"]'


def _table(stage: str) -> list[str]:
    """One row a step: what it does, makes, writes, and reads of the ledger."""
    lines = ["| step | what it does | makes | writes | reads of the ledger |", "|---|---|---|---|---|"]
    for path in sorted((ASSETS / stage / "sql").glob("*.sql")):
        own = [block for block in blocks() if _of(block) == (stage, path.stem)]
        does = re.sub(r"^-- ", "", path.read_text("utf-8").splitlines()[0])
        made = sorted(table for table, steps in _makers().items() if (stage, path.stem) in steps)
        written = sorted({block.written for block in own if block.written})
        asked = sorted({table for block in own for table in block.asks})
        cells = (path.stem, does, _names(made), _names(written), _names(asked))
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _names(tables: list[str]) -> str:
    return ", ".join(f"`{table}`" for table in tables)


def flow_page() -> str:
    """docs/flow.md as the statements have it."""
    lines = [HEAD]
    for stage in FLOORS:
        lines += [f"## {stage}", "", *_graph(stage), *_table(stage), ""]
    return "\n".join(lines).rstrip("\n") + "\n"
