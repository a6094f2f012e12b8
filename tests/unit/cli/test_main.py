"""The group `partita`: what it loads, and how it fails."""

from __future__ import annotations

import getpass
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from assets.home import Home
from assets.ledger.store import Ledger
from orchestration.cli.main import READING_COMMANDS
from orchestration.cli.options import by_option
from orchestration.cli.render import UnwrittenAnswerError
from tests.support.locks import HOLDER, held
from tests.unit.cli.conftest import Run

main_module = import_module("orchestration.cli.main")

LOADED = """
import json, sys
from orchestration.cli import main
for arguments in json.loads(sys.argv[1]):
    main(arguments, standalone_mode=False)
heavy = {"dagster", "numpy", "pandas", "pandera", "pyarrow"}
sys.stderr.write(json.dumps(sorted(heavy & set(sys.modules))))
"""


def test_o06_the_commands_that_only_read_load_neither_dagster_nor_frame_libraries(filled: Home) -> None:
    """But for doctor, which judges the reference files as whatever posts does."""
    others = ("doctor", "find", "report", "why")
    commands = [[name] for name in READING_COMMANDS if name not in others]
    commands += [["find", "1250,50"], ["find", "rossi"], ["find", "FT-9"]]
    commands += [["report", name] for name in ("subledger", "transit")]
    commands += [["report", name, "--as-of", "2026-03-01"] for name in ("open-items", "ageing")]
    commands += [["why", "1/2"], ["why", "01:FT-1"], ["why", "RITCOGE2.txt"]]
    commands += [[*command, "--json"] for command in commands]
    done = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps(commands)],
        cwd=Path(__file__).parents[3],
        env=os.environ | {"PARTITA_HOME": str(filled.root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "[]"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["open-items", "--number", "FT-3", "--json"], 0, '"open_item_key": "FT-3"'),
        (["status", "--json"], 0, '"open_item_count": 3'),
        (["postings", "I99"], 1, "I99"),
        (["find", "no such thing"], 0, "Nothing is found"),
        (["find"], 64, "Missing argument 'TEXT'"),
        (["open-item"], 64, "Did you mean open-items?"),
        (["--version"], 0, "Partita"),
        (["postings", "--limit", "99999999999999999999"], 64, "is not in the range"),
        (["status", "--limit", "9223372036854775808"], 64, "is not in the range"),
    ],
)
def test_o06_the_process_says_everything_and_ends_with_the_code_of_its_command(
    filled: Home, arguments: list[str], code: int, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from orchestration.command import run; run()", *arguments],
        cwd=Path(__file__).parents[3],
        env=os.environ | {"PARTITA_HOME": str(filled.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout


@pytest.mark.parametrize("command", ["status", "postings", "findings"])
def test_o06_a_process_without_an_output_ends_with_the_code_of_its_command(
    filled: Home, command: str
) -> None:
    done = subprocess.run(
        f"{sys.executable} -c 'from orchestration.command import run; run()' {command} >&- 2>&-",
        shell=True,
        cwd=Path(__file__).parents[3],
        env=os.environ | {"PARTITA_HOME": str(filled.root)},
    )
    assert done.returncode == 0


def test_o06_commands_that_change_the_ledger_are_found_where_they_stand(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main_module, "WRITING_MODULES", ("tests.unit.cli.writing_commands",))
    assert run("process").output == "processed\n"
    assert "  process      Imports nothing.\n" in run("--help").output


def test_o06_without_the_module_of_those_commands_the_others_work(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main_module, "WRITING_MODULES", ("orchestration.cli.no_such_module",))
    unknown = run("process")
    assert (unknown.exit_code, unknown.stderr.splitlines()[-1]) == (64, "Error: No such command 'process'.")
    assert main_module.main.list_commands(click.Context(main_module.main)) == sorted(READING_COMMANDS)


def test_o06_a_ledger_held_for_too_long_is_a_message_and_ends_with_1(
    filled: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ledger, "of", lambda home: Ledger(home.ledger, wait_to_read=0.05))
    with held(filled.ledger):
        for command in (("status",), ("postings",), ("unlinked",), ("findings",), ("why", "1")):
            for form in ((), ("--json",)):
                result = run(*command, *form)
                assert (result.exit_code, result.stdout, result.stderr) == (
                    1,
                    "",
                    f"Error: the ledger is held by {HOLDER}; waited 0.05 s. Try again when it has "
                    "finished.\n",
                )


def test_o06_a_file_that_is_no_ledger_is_a_message_and_no_traceback(home: Home, run: Run) -> None:
    (home.ledger / "partita.duckdb").write_bytes(b"this is no database" * 500)
    result = run("status")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: the ledger {home.ledger / 'partita.duckdb'} is damaged, or")


def test_who_asks_is_named_by_number_where_the_machine_has_no_name_for_him(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in a container that runs under a number nobody was given."""

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    @click.command()
    @by_option
    def ask(who: str) -> None:
        click.echo(who)

    monkeypatch.setattr(getpass, "getuser", lambda: "anna")
    named = CliRunner().invoke(ask)
    monkeypatch.setattr(getpass, "getuser", nobody)
    nameless = CliRunner().invoke(ask)
    chosen = CliRunner().invoke(ask, ["--by", "bruno"])
    assert [each.output for each in (named, nameless, chosen)] == [
        "anna\n",
        f"user {os.getuid()}\n",
        "bruno\n",
    ]


@pytest.mark.parametrize(
    "error",
    [BrokenPipeError(32, "Broken pipe"), UnwrittenAnswerError("cannot write the answer: Broken pipe")],
)
def test_o06_a_command_that_changes_something_says_that_it_is_done_though_its_answer_is_not_written(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    @click.command()
    def process() -> None:
        raise error

    monkeypatch.setattr(main_module, "_writing_commands", lambda: {"process": process})
    result = run("process")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: cannot write the answer: Broken pipe. What the command did before stands: look with `partita "
        "status` and `partita corrections` before you run it again\n",
    )
