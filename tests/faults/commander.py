"""Runs commands in child processes that may be killed at any moment.

Run as a program: it loads the command line and Dagster once, then forks a child per line of its standard
input: a JSON array of the home, the file for what the command prints, and the command with its arguments;
without a command the child only opens Dagster's records. Before the command may stand `--limit=` with the
bytes beyond which no file may grow, as on a full disk. It says `pid N`, and, when the child has ended,
`end N` with its exit code (negative for a signal). No database is opened before the fork, so that a child is
as good as a new process.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path

from assets.home import HOME_VARIABLE, Home
from orchestration import process
from orchestration.cli import main
from orchestration.instance import open_instance

assert process, "what the commands load is loaded before the fork"


def carry_out(root: Path, output: Path, arguments: list[str]) -> int:
    """The exit code of a command, whose messages go to a file."""
    os.setsid()
    # A shell in the background has its programs ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ[HOME_VARIABLE] = str(root)
    with output.open("ab") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    if arguments and arguments[0].startswith("--limit="):
        size = int(arguments.pop(0).removeprefix("--limit="))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        if arguments:
            main(arguments, prog_name="partita")
        else:
            Home(root).create()
            with open_instance(Home(root)) as instance:
                instance.get_runs_count()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def serve() -> None:
    """Serves until standard input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    for line in sys.stdin:
        root, output, *arguments = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = carry_out(Path(root), Path(output), arguments)
            except BaseException:
                traceback.print_exc()
                raise
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        answers.write(f"pid {child}\n")
        _, status = os.waitpid(child, 0)
        answers.write(f"end {os.waitstatus_to_exitcode(status)}\n")


if __name__ == "__main__":
    serve()
