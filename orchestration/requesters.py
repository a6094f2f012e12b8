"""Who asks for a run, and why, by its tags and its configuration.

Belongs here: how the two are written and read. Does not: how a session of the UI is known
(`orchestration.serving`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from assets.ledger.audit import PARTITA, Requester

REQUESTED_BY: Final = "requested_by"

SESSION_USER: Final = "partita/session_user"
"""Stands on runs that a session of the UI launched: it counts, and not what their configuration claims."""


def requester_of(tags: Mapping[str, str]) -> Requester:
    """Who asked for a run, and why, by its tags; the program itself for runs of the sensors."""
    return Requester(tags.get(SESSION_USER) or tags.get(REQUESTED_BY) or PARTITA, tags.get("reason"))


def tags_of(who: str, reason: str | None) -> dict[str, str]:
    """The tags of a run that somebody asks for, as `requester_of` reads them."""
    return {REQUESTED_BY: who} | ({"reason": reason} if reason else {})


def tags_of_session(user: str) -> dict[str, str]:
    """The tags of everything that a session of the UI launches."""
    return {REQUESTED_BY: user, SESSION_USER: user}


def who_asks(claimed: str, tags: Mapping[str, str]) -> str:
    """The user of the session that launched a run; without one, whom its configuration names."""
    return tags.get(SESSION_USER) or claimed
