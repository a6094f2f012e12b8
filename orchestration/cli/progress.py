"""How far a command is, for people who wait for it at a terminal.

Belongs here: the bar. Does not: what is counted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(length: int, label: str) -> Iterator[Callable[[], None]]:
    """A bar of so many steps on the error stream, and what to call after each; nothing without a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(length=length, label=label, show_pos=True, file=sys.stderr) as bar:
        yield lambda: bar.update(1)
