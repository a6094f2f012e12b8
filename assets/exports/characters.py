"""The characters that the receiver allows, and what stands for others (E07).

Allowed are the printable characters of Windows' code page 1252, which is what the treasury reads: letters
with accents and the euro sign are among them; control characters, line breaks, tabs and blanks that
are not the space are not.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt

BLANK: Final = " "
UNKNOWN: Final = "?"

ALLOWED: Final = frozenset(
    character
    for byte in range(256)
    if (character := bytes([byte]).decode("cp1252", "ignore")) and character.isprintable()
)
"""Every allowed character: 216 of them."""

IS_ALLOWED_BYTE: Final[npt.NDArray[np.bool_]] = np.array(
    [bytes([byte]).decode("cp1252", "ignore") in ALLOWED for byte in range(256)]
)
"""By byte of code page 1252, whether its character is allowed."""

NOT_ALLOWED: Final = re.compile("[^" + "".join(re.escape(character) for character in sorted(ALLOWED)) + "]")


def replaced(text: str) -> tuple[str, int]:
    """The text in allowed characters alone, and how many characters of it were replaced.

    A character that the compatibility decomposition of Unicode (NFKD) leads to allowed ones becomes these (ő
    becomes o, ﬁ becomes fi), blanks and control characters become a blank, anything else a question mark. A
    letter and its accent may come as two characters; they are put together first (NFC), which replaces none.
    """
    return NOT_ALLOWED.subn(lambda found: _instead(found[0]), unicodedata.normalize("NFC", text))


def _instead(character: str) -> str:
    base = "".join(part for part in unicodedata.normalize("NFKD", character) if part in ALLOWED)
    if base.strip():
        return base
    is_blank = unicodedata.category(character) in ("Cc", "Cf", "Zs", "Zl", "Zp")
    return BLANK if is_blank else UNKNOWN
