"""The partition key of a file in an inbox, drawn as a look draws it.

What belongs here: drawing without a look, which may come later or not at all. What does not: what a look does
else.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from assets.detection.drawn_keys import draw
from assets.detection.inbox import identify
from assets.home import Home
from assets.ledger.store import Ledger, utc_now
from orchestration.imports import FileSource, current_settings


def key_drawn_for(
    home: Home, ledger: Ledger, source: FileSource, path: Path, now: dt.datetime | None = None
) -> str:
    """The key that the file has, or gets now."""
    found = identify(path, source.place(home).key_mark)
    assert found is not None, "it was written just now"
    time_zone = current_settings(ledger).get("time_zone")
    with ledger.writing("draw a key") as workbench:
        drawn = draw(workbench, source.source_kind, [found], now or utc_now(), time_zone)
    return drawn[found.file_key].partition_key
