"""The README's commands, one after the other, as a person types them beside `make run`: each ends well, and
says what the README shows of it.

Left out are the commands that make and test Partita itself. In what is shown, `…` stands for anything.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from assets.home import HOME_VARIABLE
from tests.support import servers
from tests.support.waiting import until

pytestmark = pytest.mark.check

ROOT: Final = Path(__file__).resolve().parents[2]
README: Final = (ROOT / "README.md").read_text("utf-8")
BY_ANOTHER: Final = ("make ", "source ")
"""What commands begin with that are no part of the walk: the home is served, and the environment is there."""

GOOD_ENDS: Final = (0, 2)
"""Everything is done, or something is left to do for a person: the sample has mistakes to learn from."""

UNLINKED: Final = {"43/2": "1500008"}
"""Numbers of payments in the README, which depend on the order of imports, with the account of each."""

SECONDS_TO_IMPORT: Final = 180.0


class Step(NamedTuple):
    """Commands that stand together, and the lines that the README shows after them."""

    commands: list[str]
    shown: list[str]


def steps(text: str) -> list[Step]:
    """The blocks of commands in their order, each with the block of output that follows it at once."""
    blocks = re.findall(
        r"^```console\n(.*?)^```\n(?:\n```\n(.*?)^```\n)?", text, flags=re.MULTILINE | re.DOTALL
    )
    found = []
    for typed, shown in blocks:
        commands = [line.removeprefix("$ ") for line in typed.splitlines() if line.startswith("$ ")]
        commands = [each for each in commands if not each.startswith(BY_ANOTHER)]
        if commands:
            found.append(Step(commands, shown.splitlines()))
    return found


def not_said(shown: list[str], said: str) -> list[str]:
    """The lines that are shown and not said, in this order; a line may be said with more at its end."""
    lines = iter([" ".join(line.split()) for line in said.splitlines()])
    missing = []
    for line in shown:
        wanted = " ".join(line.split())
        if wanted in ("", "…"):
            continue
        pattern = ".*".join(re.escape(part.strip()) for part in wanted.split("…"))
        pattern = re.sub(r"^\d+/", r"\\d+/", pattern)
        if not any(re.match(pattern, each) for each in lines):
            missing.append(line)
            break
    return missing


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A checkout as the README leaves it after `make run`: the sample is imported, the UI goes on."""
    samples = tmp_path / "data" / "samples"
    shutil.copytree(ROOT / "data" / "samples", samples)
    with servers.serving(tmp_path / "data" / "home", "--samples", str(samples)) as server:

        def look() -> bool:
            status = server.status()
            return status["inbox_file_count"] == status["invoice_inbox_file_count"] == 0 and not any(
                row["status"] == "waiting" for row in status["deliveries_by_status"]
            )

        until(look, SECONDS_TO_IMPORT, "the sample is imported")
        yield tmp_path


def numbered_here(folder: Path, text: str) -> str:
    """The text with the numbers that `partita unlinked` shows for the payments that it names."""
    if not any(number in text for number in UNLINKED):
        return text
    unlinked = json.loads(type_in(folder, "partita unlinked --json").stdout)
    for number, account in UNLINKED.items():
        (payment,) = (row for row in unlinked if row["account_code"] == account)
        text = text.replace(number, f"{payment['entry_id']}/{payment['line_number']}")
    return text


def type_in(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """A command in the shell of a person who stands in this folder, with the environment of Partita."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": path, HOME_VARIABLE: str(folder / "data" / "home")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(900)
def test_the_commands_of_the_readme_do_what_it_says(folder: Path) -> None:
    wrong = []
    for step in steps(README):
        said = ""
        for command in (numbered_here(folder, each) for each in step.commands):
            done = type_in(folder, command)
            said += f"\n{done.stdout}"
            if done.returncode not in GOOD_ENDS:
                wrong.append((command, done.returncode, done.stderr))
        if missing := not_said(step.shown, said):
            wrong.append((step.commands[-1], missing, said))
    assert wrong == []
