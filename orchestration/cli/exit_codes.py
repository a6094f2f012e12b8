"""How commands end, the same for all of them, so that a script can tell apart what it has to do.

Belongs here: the codes. Does not: which of them a command ends with.
"""

from __future__ import annotations

from typing import Final

ALL_WELL: Final = 0
"""Done or answered, and nothing is left for a person."""

STOPPED: Final = 1
"""Something stopped the command, such as a lock, a full disk or a refusal; the message says what to do."""

SOMETHING_LEFT: Final = 2
"""The command did its work, and something is left for a person: the answer says what, and what to do."""

CALLED_WRONGLY: Final = 64
"""The call makes no sense: an unknown option, or a name that may mean several things (EX_USAGE of sysexits).

click's own code for this is 2, which here says that something is left.
"""
