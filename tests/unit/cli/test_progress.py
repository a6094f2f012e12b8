"""How far a command is, at a terminal and elsewhere."""

from __future__ import annotations

import sys

import click
import pytest

from orchestration.cli.progress import counting


def test_a_bar_learns_how_many_there_are_when_the_work_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    steps: list[object] = []

    class Bar:
        def __init__(self, *, length: int, label: str, show_pos: bool, file: object) -> None:
            self.length, self.pos = length, 0
            steps.append((label, show_pos, file is sys.stderr))

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            steps.append("end")

        def update(self, count: int) -> None:
            self.pos += count
            steps.append((self.pos, self.length))

    monkeypatch.setattr(click, "progressbar", Bar)
    with counting("Syncing") as report:
        report(2, 5)
        report(5, 5)
        report(1, 3)
    assert steps == [("Syncing", True, True), (2, 5), (5, 5), (1, 3), "end"]


def test_without_a_terminal_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    with counting("Syncing") as report:
        report(2, 5)
    assert capsys.readouterr() == ("", "")
