"""The commands of the README and of the tutorials, one after the other, as a person types them beside `make
run`: each ends well, and says what the page shows of it.

They share one home, so that each page goes on where the one before it ended: run all of them. Left out are
the commands that make and test Partita itself. In what is shown, `…` stands for anything; in a command, for
what an answer shows.
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
from samples.waiting import until
from tests.support import servers

pytestmark = pytest.mark.check

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = (
    "README.md",
    "docs/tutorial-traces.md",
    "docs/tutorial-e-invoices.md",
    "docs/tutorial-sales.md",
    "docs/tutorial-bad-days.md",
)
"""In the order in which the README names them."""
MOST_LINES_OF_README: Final = 250
BY_ANOTHER: Final = ("make ", "source ")
"""What commands begin with that are no part of the walk: the home is served, and the environment is there."""

GOOD_ENDS: Final = (0, 2)
"""Everything is done, or something is left to do for a person: the sample has mistakes to learn from."""

PAYMENT: Final = "…/2"
UNLINKED_ACCOUNT: Final = "1500008"
"""A payment is named by a number that depends on the order of imports: the pages name its account instead."""

SECONDS_TO_IMPORT: Final = 180.0


class Step(NamedTuple):
    """Commands that stand together, and the lines that the page shows after them."""

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
        if not any(re.match(pattern, each) for each in lines):
            missing.append(line)
            break
    return missing


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout as the README leaves it after `make run`: the sample is imported, the UI goes on."""
    checkout = tmp_path_factory.mktemp("checkout")
    samples = checkout / "data" / "samples"
    shutil.copytree(ROOT / "data" / "samples", samples)
    with servers.serving(checkout / "data" / "home", "--samples", str(samples)) as server:

        def look() -> bool:
            status = server.status()
            return status["inbox_file_count"] == status["invoice_inbox_file_count"] == 0 and not any(
                row["status"] == "waiting" for row in status["deliveries_by_status"]
            )

        until(look, SECONDS_TO_IMPORT, "the sample is imported")
        yield checkout


def numbered_here(folder: Path, text: str) -> str:
    """The text with the number that `partita unlinked` shows for the payment that it names."""
    if PAYMENT not in text:
        return text
    unlinked = json.loads(type_in(folder, "partita unlinked --json").stdout)
    (payment,) = (row for row in unlinked if row["account_code"] == UNLINKED_ACCOUNT)
    return text.replace(PAYMENT, f"{payment['entry_id']}/{payment['line_number']}")


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


def test_the_readme_is_short_and_names_every_tutorial() -> None:
    readme = (ROOT / PAGES[0]).read_text("utf-8")
    assert len(readme.splitlines()) < MOST_LINES_OF_README
    assert re.findall(r"\]\((docs/tutorial-[a-z-]+\.md)\)", readme) == list(PAGES[1:])
    assert sorted(path.name for path in (ROOT / "docs").glob("tutorial-*.md")) == sorted(
        Path(page).name for page in PAGES[1:]
    )


@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_do_what_it_says(folder: Path, page: str) -> None:
    wrong = []
    for step in steps((ROOT / page).read_text("utf-8")):
        said = ""
        for command in (numbered_here(folder, each) for each in step.commands):
            done = type_in(folder, command)
            said += f"\n{done.stdout}"
            if done.returncode not in GOOD_ENDS:
                wrong.append((command, done.returncode, done.stderr))
        if missing := not_said(step.shown, said):
            wrong.append((step.commands[-1], missing, said))
    assert wrong == []
