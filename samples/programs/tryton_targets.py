"""Targets on a Tryton of the tests. Between their attempts no time goes by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from assets.sync.target import TargetSettings
from assets.sync.targets.tryton import TrytonTarget
from samples.programs.answering import SetClock
from samples.programs.tryton import DATABASE, TrytonServer

PATIENCE_SECONDS: Final = 60.0


def tryton_target(
    server: TrytonServer,
    *,
    url: str | None = None,
    key: str | None = None,
    options: Mapping[str, str] | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> TrytonTarget:
    """The target of a company `ALBA` on this server, or with another address, key or options."""
    own = {"database": DATABASE, "company": str(server.template.company.company_id)}
    secret = server.template.company.key if key is None else key
    settings = TargetSettings("ALBA", url or server.url, own | dict(options or {}), {"key": secret})
    return TrytonTarget(settings, SetClock(dt.datetime(2026, 10, 8, tzinfo=dt.UTC)), patience_seconds)
