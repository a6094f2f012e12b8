"""docs/finding.md: its commands, typed on the sample, say what the page shows of them.

`make golden` writes what they say; a person reads the difference before it is committed.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from assets.home import HOME_VARIABLE
from orchestration.cli import main
from tests.support.sample_month import import_month
from tests.unit.test_generated_documentation import IS_WRITING, ROOT

PAGE: Final = ROOT / "docs" / "finding.md"
STEP: Final = re.compile(
    r"^```console\n\$ partita ([^\n]+)\n```\n\n```\n(.*?)^```\n", re.MULTILINE | re.DOTALL
)
CUT: Final = "…\n"
"""What a shown answer ends with that goes on."""


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home with the sample's traces."""
    import_month(tmp_path).home.close()
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    yield


def said(command: str, shown: str) -> str:
    """What a command says, as far as the page shows it."""
    result = CliRunner().invoke(main, shlex.split(command), prog_name="partita", catch_exceptions=False)
    answer = result.output.replace("\r\n", "\n")
    if not shown.endswith(CUT):
        return answer
    return "".join(answer.splitlines(keepends=True)[: len(shown.splitlines()) - 1]) + CUT


@pytest.mark.usefixtures("sample")
def test_o06_the_page_shows_what_its_commands_say() -> None:
    page = PAGE.read_text("utf-8")
    steps = STEP.findall(page)
    assert len(steps) == page.count("$ partita "), "each command has its answer below it"
    answers = {command: said(command, shown) for command, shown in steps}
    if IS_WRITING:
        PAGE.write_text(
            STEP.sub(
                lambda step: f"```console\n$ partita {step[1]}\n```\n\n```\n{answers[step[1]]}```\n", page
            ),
            "utf-8",
        )
        steps = list(answers.items())
    assert dict(steps) == answers
