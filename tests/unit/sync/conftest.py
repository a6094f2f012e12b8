"""Fixtures of the sync: a real Tryton with a company, one for all tests of a process, and targets on it.

Tests share the server and not their documents: each has references and customers of its own, and the date of
`tryton_documents` unless it is about dates, since the program numbers documents in the order of their dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from assets.sync.targets.tryton import TrytonTarget
from samples.programs.answering import serving as answering
from samples.programs.tryton import TrytonServer, serving
from samples.programs.tryton_line import TrytonLine
from samples.programs.tryton_targets import tryton_target

MakeTryton = Callable[..., TrytonTarget]


@pytest.fixture(scope="session")
def tryton_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrytonServer]:
    """A Tryton that nobody ends or restarts."""
    with serving(tmp_path_factory.mktemp("tryton")) as server:
        yield server


@pytest.fixture
def make_tryton(tryton_server: TrytonServer) -> Iterator[MakeTryton]:
    """Makes targets on the shared server, with these changes of their settings; all are closed at the end."""
    targets: list[TrytonTarget] = []

    def make(**changes: object) -> TrytonTarget:
        targets.append(tryton_target(tryton_server, **changes))
        return targets[-1]

    yield make
    for target in targets:
        target.close()


@pytest.fixture
def tryton(make_tryton: MakeTryton) -> TrytonTarget:
    """A target on the shared server."""
    return make_tryton()


@pytest.fixture
def tryton_line(tryton_server: TrytonServer) -> Iterator[TrytonLine]:
    """A line to the shared server, which loses what it is told to."""
    line = TrytonLine(tryton_server.url)
    with answering(line):
        yield line
