"""The process `partita`: a command that only reads starts and ends as quickly as the interpreter lets it.

Belongs here: what is done around the command line once a process. Does not: any command
(`orchestration.cli`).
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Never


def run() -> Never:
    """Runs the command that the arguments name, and ends the process with its code.

    Loading makes next to no garbage, and a process that only read has nothing left to put in order: to
    look for garbage, and to take the interpreter apart piece by piece, is a tenth of a short answer.
    """
    gc.disable()
    if sys.stdout is None or sys.stderr is None:
        # A scheduler may start it with neither (`>&-`): then nobody is to read what is said.
        nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - while the process lives
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    command_line = import_module("orchestration.cli.main")
    reads = len(sys.argv) > 1 and sys.argv[1] in command_line.READING_COMMANDS
    if not reads:
        gc.enable()
    try:
        command_line.main()
    except SystemExit as ended:
        if reads and isinstance(ended.code, int) and _is_all_written():
            os._exit(ended.code)
        raise
    raise AssertionError("a command line ends with a code")


def _is_all_written() -> bool:
    """Whether what was said left this process; if not, the interpreter says so in its own way."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return False
    return True
