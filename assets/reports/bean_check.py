"""Asks `bean-check` what it says of the files, where that program is installed. It is no part of Partita.

Belongs here: finding and running it, for a bounded time. Does not: judging what its answer means for a run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROGRAM: Final = "bean-check"
SECONDS: Final = 600
"""How long it may take: 560,000 postings took it 50 seconds of a processor."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it: `is_accepted` is None where the program is not installed, `message` what it said."""

    is_accepted: bool | None
    message: str


def ask_bean_check(main_file: Path, seconds: int = SECONDS) -> Verdict:
    """Lets bean-check read the file with all that it includes; it writes nothing, not even its cache."""
    # Where it was installed beside Partita it need not be on the PATH.
    places = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    program = shutil.which(PROGRAM, path=places)
    if program is None:
        return Verdict(None, f"{PROGRAM} is not installed here: the files were written and not checked.")
    try:
        ended = subprocess.run(
            [program, "--no-cache", str(main_file)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Verdict(False, f"{PROGRAM} did not finish within {seconds} seconds.")
    said = "\n".join(part.strip() for part in (ended.stdout, ended.stderr) if part.strip())
    if ended.returncode == 0:
        return Verdict(True, said or f"{PROGRAM} accepts the files.")
    return Verdict(False, said or f"{PROGRAM} ended with {ended.returncode} and said nothing.")
