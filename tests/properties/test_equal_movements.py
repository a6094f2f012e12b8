"""Movements that no number tells apart (D12): whatever files bring them, in any order and however often, none
is lost, none is posted twice from the same content, and what waits is what the rule says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assets.corrections.performing import perform
from assets.ledger.audit import Decider
from samples.payments import lines_of, trace
from samples.trace_files import render_json
from tests.support.answers import charge
from tests.support.corrections import MOMENT
from tests.support.effort import examples, times
from tests.support.ledgers import LedgerHome, ReferenceData, import_bytes, make_home
from tests.support.pipelines import key_of
from tests.support.whole_ledger import invariants_of

AMOUNTS: Final = ("2.50", "3.00")


class Content(NamedTuple):
    """So many charges of each amount; files with another note say something else with equal movements."""

    counts: tuple[int, int]
    note: int

    def movements(self) -> list[tuple[object, ...]]:
        """The movements of the file, those of an amount one after the other."""
        return [
            charge(amount, note=f"Nota {self.note}")
            for amount, count in zip(AMOUNTS, self.counts, strict=True)
            for _ in range(count)
        ]

    def form(self, name: str) -> bytes:
        """The bytes of one of the forms, which all say the same."""
        text = trace(*self.movements())  # type: ignore[arg-type]
        return {
            "a.txt": text,
            "b.txt": text,
            "lf.txt": text.replace(b"\r\n", b"\n"),
            "c.json": render_json(lines_of(self.movements())),  # type: ignore[arg-type]
        }[name]


@dataclass
class File:
    """A file as the model knows it: what became of each of its movements, by amount."""

    key: str
    data: bytes
    content: Content
    state: list[list[str]] = field(default_factory=list)
    repeats: File | None = None
    was_judged: bool = False

    def __post_init__(self) -> None:
        self.state = [["waits"] * count for count in self.content.counts]


class Model:
    """The rule of D12 in plain words; files in the order in which they came."""

    def __init__(self) -> None:
        self.files: list[File] = []

    def standing(self) -> list[File]:
        """The files of the ledger that repeat no other."""
        return [file for file in self.files if file.repeats is None]

    def others(self, file: File, kind: int) -> int:
        """How many such movements other files have in the ledger."""
        return sum(
            state in ("posted", "another")
            for other in self.standing()
            if other is not file
            for state in other.state[kind]
        )

    def drop(self, file: File) -> None:
        """A file comes: content that another file has posted or asks about is repeated, unless the file's own
        questions are open. A file that only repeated one that is deleted holds nothing, and keeps none out.
        """
        known = next((each for each in self.files if each.key == file.key), None)
        if known is None:
            self.files.append(file)
            self.judge(file)
        else:
            self.judge(known)

    def judge(self, file: File) -> None:
        """What becomes of the movements of a file that is imported, for the first time or once more."""
        if file.repeats is not None:
            return
        equal = [
            each
            for each in self.standing()
            if each is not file and each.was_judged and each.content == file.content
        ]
        if equal and not file.was_judged:
            file.repeats = equal[0]
            return
        file.was_judged = True
        for kind, states in enumerate(file.state):
            others = self.others(file, kind)
            left = others
            for index, state in enumerate(states):
                if state == "same":
                    left -= 1
                    if left < 0:
                        states[index] = "waits"
            pool = [index for index, state in enumerate(states) if state in ("posted", "waits")]
            surely_new = max(0, len(pool) - max(0, left))
            missing = surely_new - sum(states[index] == "posted" for index in pool)
            for index in reversed(pool):
                if missing > 0 and states[index] == "waits":
                    states[index] = "posted"
                    missing -= 1

    def lines(self, file: File, wanted: Sequence[str]) -> list[int]:
        """The first lines of the movements in one of these states."""
        flat = [state for states in file.state for state in states]
        return [2 * index + 1 for index, state in enumerate(flat) if state in wanted]

    def places(self, state: str) -> list[tuple[File, int, int]]:
        """All movements in this state: file, amount, number among those of the amount. A file that was never
        judged, as it repeated one that was deleted since, asks nothing yet.
        """
        return [
            (file, kind, index)
            for file in self.standing()
            if file.was_judged
            for kind, states in enumerate(file.state)
            for index, each in enumerate(states)
            if each == state
        ]


POSTED: Final = """
    SELECT import.partition_key, entry.source_line
    FROM ledger.journal_entry AS entry
    JOIN ledger.file_import AS import USING (import_id)
    ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = entry.entry_id
    WHERE entry.entry_kind = 'trace' ORDER BY ALL
"""
WAITING: Final = """
    SELECT import.partition_key, finding.line_number
    FROM ledger.finding AS finding JOIN ledger.file_import AS import USING (import_id, attempt)
    WHERE finding.resolution IS NULL AND finding.severity = 'ERROR'
      AND finding.finding_code <> 'movements_left_out' ORDER BY ALL
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]) -> Iterator[LedgerHome]:
    """One ledger for all examples: each works in a trial that is undone."""
    made = make_home(tmp_path_factory.mktemp("home"), ReferenceData(), ledger_templates)
    yield made
    made.close()


CONTENTS: Final = st.builds(
    Content, st.sampled_from([(1, 0), (2, 0), (3, 0), (0, 1), (1, 1), (2, 1)]), st.integers(0, 1)
)
STEPS: Final = st.one_of(
    st.tuples(st.just("drop"), CONTENTS, st.sampled_from(["a.txt", "a.txt", "b.txt", "lf.txt", "c.json"])),
    st.tuples(st.sampled_from(["same", "another", "rerun", "delete", "undo"]), st.integers(0, 9), st.none()),
)
ONE: Final = Content((1, 0), 0)
TWO: Final = Content((2, 0), 0)


class Walk:
    """Takes the steps in the ledger and in the model."""

    def __init__(self, home: LedgerHome) -> None:
        self.home = home
        self.model = Model()
        self.answers: list[tuple[int, File, int, int]] = []

    def correct(self, kind: str, **arguments: object) -> int:
        """Carries out a correction in the trial."""
        decider = Decider("anna", MOMENT, "bank statement")
        return perform(self.home.workbench, kind, arguments, decider, rerun=self.rerun)

    def rerun(self, key: str) -> None:
        """Imports the file with this key once more."""
        (file,) = [each for each in self.model.files if each.key == key]
        name, _, rest = key.partition("@")
        import_bytes(self.home, f"{name}.{rest.partition('.')[2]}", file.data)

    def take(self, what: str, argument: object, name: str | None) -> None:
        """One step; one that makes no sense now is left out."""
        if what == "drop":
            assert isinstance(argument, Content) and name is not None
            data = argument.form(name)
            import_bytes(self.home, name, data)
            self.model.drop(File(key_of(name, data), data, argument))
            return
        assert isinstance(argument, int)
        getattr(self, f"_{what}")(argument)

    def _answer(self, answer: str, number: int) -> None:
        waiting = self.model.places("waits")
        if not waiting:
            return
        file, kind, index = waiting[number % len(waiting)]
        if answer == "same" and self.model.others(file, kind) <= file.state[kind].count("same"):
            return
        line = 2 * (index + (file.content.counts[0] if kind else 0)) + 1
        correction = self.correct(f"{answer}-movement", movements=[f"{file.key}:{line}"])
        file.state[kind][index] = answer
        self.model.judge(file)
        self.answers.append((correction, file, kind, index))

    def _same(self, number: int) -> None:
        self._answer("same", number)

    def _another(self, number: int) -> None:
        self._answer("another", number)

    def _rerun(self, number: int) -> None:
        if self.model.files:
            file = self.model.files[number % len(self.model.files)]
            self.rerun(file.key)
            self.model.judge(file)

    def _delete(self, number: int) -> None:
        posted = [
            file
            for file in self.model.standing()
            if any(state in ("posted", "another") for states in file.state for state in states)
        ]
        if not posted:
            return
        file = posted[number % len(posted)]
        self.correct("delete-import", **{"import": file.key})
        self.model.files.remove(file)
        self.answers = [each for each in self.answers if each[1] is not file]
        for other in self.model.files:
            if other.repeats is file:
                other.repeats = None

    def _undo(self, number: int) -> None:
        if not self.answers:
            return
        correction, file, kind, index = self.answers.pop(number % len(self.answers))
        self.correct("undo", correction=correction)
        file.state[kind][index] = "waits"
        self.model.judge(file)

    def compare(self) -> None:
        """The ledger is as the model, and as laws that the model need not know."""
        rows = self.home.workbench.execute
        standing = self.model.standing()
        posted = sorted(
            (file.key, line) for file in standing for line in self.model.lines(file, ("posted", "another"))
        )
        assert rows(POSTED).fetchall() == posted
        judged = [file for file in standing if file.was_judged]
        waiting = sorted((file.key, line) for file in judged for line in self.model.lines(file, ("waits",)))
        assert rows(WAITING).fetchall() == waiting
        assert invariants_of(self.home.workbench) == {}


@settings(max_examples=examples(8, 400))
@given(st.lists(STEPS, min_size=3, max_size=9))
@example([("drop", TWO, "a.txt"), ("drop", ONE, "a.txt"), ("another", 0, None), ("drop", TWO, "b.txt")])
@example([("drop", TWO, "a.txt"), ("drop", ONE, "a.txt"), ("same", 0, None), ("delete", 0, None)])
@example([("drop", TWO, "a.txt"), ("drop", TWO, "b.txt"), ("delete", 0, None), ("rerun", 0, None)])
@example([("drop", TWO, "a.txt"), ("drop", TWO, "b.txt"), ("delete", 0, None), ("another", 0, None)])
@example([("drop", TWO, "a.txt"), ("drop", TWO, "b.txt"), ("delete", 0, None), ("drop", TWO, "a.txt")])
def test_d12_whatever_happens_every_movement_stands_as_often_as_the_rule_says(
    home: LedgerHome, steps: list[tuple[str, object, str | None]]
) -> None:
    check(home, steps)


@pytest.mark.faults
@settings(max_examples=times(200))
@given(st.lists(STEPS, min_size=5, max_size=16))
def test_d12_whatever_happens_for_longer(
    home: LedgerHome, steps: list[tuple[str, object, str | None]]
) -> None:
    check(home, steps)


def check(home: LedgerHome, steps: list[tuple[str, object, str | None]]) -> None:
    """Takes the steps one after the other, and compares after each."""
    with home.trial():
        walk = Walk(home)
        for step in steps:
            walk.take(*step)
            walk.compare()


@settings(max_examples=examples(5, 200))
@given(
    st.lists(st.tuples(CONTENTS, st.sampled_from(["a.txt", "b.txt", "c.json"])), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_d12_without_answers_as_many_are_posted_as_stand_in_one_file_in_any_order_of_the_files(
    home: LedgerHome, dropped: list[tuple[Content, str]], random: object
) -> None:
    """What one file proves is posted, and no more; the rest waits, each content once."""
    contents = {content for content, _ in dropped}
    for _ in range(2):
        with home.trial():
            for content, name in dropped:
                import_bytes(home, name, content.form(name))
            count = "SELECT count(*) FROM ledger.journal_entry"
            ((posted,),) = home.workbench.execute(count).fetchall()
            waiting = len(home.workbench.execute(WAITING).fetchall())
        assert posted == sum(max(content.counts[kind] for content in contents) for kind in (0, 1))
        assert posted + waiting == sum(sum(content.counts) for content in contents)
        random.shuffle(dropped)  # type: ignore[attr-defined]
