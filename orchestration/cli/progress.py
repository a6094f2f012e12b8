"""How far a command is, for people who wait for it at a terminal.

Belongs here: the bar. Does not: what is counted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar


@contextmanager
def progress(length: int, label: str) -> Iterator[Callable[[], None]]:
    """A bar of so many steps on the error stream, and what to call after each; nothing without a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(length=length, label=label, show_pos=True, file=sys.stderr) as bar:
        yield lambda: bar.update(1)


@contextmanager
def counting(label: str) -> Iterator[Callable[[int, int], None]]:
    """What to call with how many of how many are done, which a bar on the error stream shows from the first
    call on; nothing without a terminal.
    """
    with ExitStack() as stack:
        bars: list[ProgressBar[int]] = []

        def report(done: int, count: int) -> None:
            if not sys.stderr.isatty():
                return
            if not bars:
                bar = click.progressbar(length=count, label=label, show_pos=True, file=sys.stderr)
                bars.append(stack.enter_context(bar))
            bars[0].length = count
            bars[0].update(done - bars[0].pos)

        yield report
