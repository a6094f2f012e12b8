"""What people expect of any command line: its version, help in groups, what was meant, and completion."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import import_module, metadata
from pathlib import Path

import click
import pytest

from orchestration.cli.command_groups import GROUPS, OTHERS
from orchestration.cli.main import did_you_mean, main
from tests.unit.cli.conftest import Run

main_module = import_module("orchestration.cli.main")

ROOT = Path(__file__).parents[3]
COMPLETE = "from orchestration.cli import main; main(prog_name='partita')"


def test_o06_the_version_is_that_of_the_installed_package(run: Run) -> None:
    shown = run("--version")
    assert (shown.exit_code, shown.stdout) == (0, f"Partita, version {metadata.version('partita')}\n")


def test_o06_the_help_shows_every_command_once_in_its_group(run: Run) -> None:
    """O06: a new command is given a group too."""
    known = main.list_commands(click.Context(main))
    lines = run("--help").stdout.splitlines()
    headings = [line.removesuffix(":") for line in lines if line.endswith(":") and not line.startswith(" ")]
    shown = [line.split()[0] for line in lines if line.startswith("  ") and line.split()[0] in known]

    assert headings == ["Options", *GROUPS]
    assert sorted(name for names in GROUPS.values() for name in names) == known
    assert shown == [name for names in GROUPS.values() for name in names]


def test_o06_a_command_without_a_group_is_shown_among_the_others(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main_module, "WRITING_MODULES", ("tests.unit.cli.writing_commands",))
    monkeypatch.setattr(main_module, "GROUPS", {"Finding": ("why",)})
    lines = run("--help").stdout.splitlines()
    assert "Finding:" in lines
    assert any(line.startswith("  process ") for line in lines[lines.index(f"{OTHERS}:") :])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("statsu",), "No such command 'statsu'. Did you mean status or start?"),
        (("open",), "No such command 'open'. Did you mean open-items?"),
        (("xyzzy",), "No such command 'xyzzy'."),
        (("status", "--jsno"), "No such option '--jsno'. Did you mean '--json'?"),
        (("process", "--dryrun"), "No such option '--dryrun'. Did you mean '--dry-run'?"),
        (("--verion",), "No such option '--verion'. Did you mean '--version'?"),
    ],
)
def test_o06_what_is_mistyped_is_answered_with_what_may_be_meant(
    run: Run, call: tuple[str, ...], said: str
) -> None:
    """O06: and nothing is done."""
    result = run(*call)
    assert (result.exit_code, result.stdout) == (64, "")
    assert result.stderr.splitlines()[-1] == f"Error: {said}"


def test_o06_a_beginning_that_may_mean_very_much_is_not_guessed() -> None:
    names = ["report", "reference", "refuse", "register"]
    assert did_you_mean("re", names) == ""
    assert did_you_mean("ref", names) == " Did you mean reference or refuse?"


@pytest.mark.parametrize(
    ("words", "count", "offered"),
    [
        ("partita op", 1, ["plain,open-items"]),
        ("partita report su", 2, ["plain,subledger"]),
        ("partita open-items --st", 2, ["plain,--status"]),
        ("partita open-items --status wi", 3, ["plain,withdrawn"]),
    ],
)
def test_o06_the_tab_key_completes_commands_options_and_choices(
    words: str, count: int, offered: list[str]
) -> None:
    asked = {"_PARTITA_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(count)}
    done = subprocess.run(
        [sys.executable, "-c", COMPLETE],
        cwd=ROOT,
        env=os.environ | asked,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.splitlines(), done.stderr) == (offered, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_o06_the_script_for_a_shell_asks_the_command_itself(run: Run, shell: str) -> None:
    """O06: bash reads it without an error; the others are not on every machine."""
    shown = run("completion", shell)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert f"_PARTITA_COMPLETE={shell}_complete" in shown.stdout
    program = shutil.which(shell)
    if program is not None:
        read = subprocess.run(
            [program, "-n"], input=shown.stdout, capture_output=True, text=True, check=False
        )
        assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.parametrize("is_terminal", [True, False])
def test_o06_progress_is_shown_at_a_terminal_only(is_terminal: bool) -> None:
    """O06: a terminal of its own, since a bar is drawn for nothing else; the other end is what it showed."""
    ours, theirs = os.openpty()
    script = (
        "from orchestration.cli.progress import progress\nwith progress(2, 'Trying') as done: done(); done()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=theirs if is_terminal else subprocess.PIPE,
        check=True,
    )
    os.close(theirs)
    shown = os.read(ours, 10_000) if is_terminal else done.stderr
    os.close(ours)
    assert (done.stdout, b"Trying" in shown, b"2/2" in shown) == (b"", is_terminal, is_terminal)
