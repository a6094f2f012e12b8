"""What `make check` needs of the machine besides Python and make, and how Debian installs it.

Run as a program it ends with 1 and says so if something is missing; with `--packages` it prints the names of
the missing Debian packages, one a line. That takes nothing but Python. Belongs here: programs that pip cannot
bring. Does not: whoever uses them.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from typing import Final

PROGRAMS: Final[Mapping[str, str]] = {"chromium": "chromium", "chromedriver": "chromium-driver"}
"""Programs by name, with the Debian package that brings each."""


def missing() -> dict[str, str]:
    """The programs that are not installed, with their packages."""
    return {name: package for name, package in PROGRAMS.items() if shutil.which(name) is None}


def sentence(lacking: Mapping[str, str]) -> str:
    """What is missing and what to do about it."""
    return (
        f"`make check` needs {' and '.join(lacking)}, which this machine does not have. On Debian, as root: "
        f"apt-get install --no-install-recommends {' '.join(lacking.values())}"
    )


def path_of(program: str) -> str:
    """Where a program is. Fails, and does not skip, if it is missing."""
    path = shutil.which(program)
    assert path is not None, sentence({program: PROGRAMS[program]})
    return path


if __name__ == "__main__":
    lacking_here = missing()
    if "--packages" in sys.argv[1:]:
        sys.stdout.writelines(f"{package}\n" for package in lacking_here.values())
    elif lacking_here:
        sys.exit(sentence(lacking_here))
