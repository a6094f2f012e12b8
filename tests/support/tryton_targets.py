"""Targets on a Tryton of the tests. Between their attempts no time goes by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from assets.sync.target import TargetSettings
from assets.sync.targets.tryton import TrytonTarget
from tests.support.tryton import DATABASE, TrytonServer

PATIENCE_SECONDS: Final = 60.0


@dataclass(slots=True)
class PatientClock:
    """A clock that notes how long it was told to wait, and does not."""

    waited: list[float] = field(default_factory=list)

    def now(self) -> dt.datetime:
        """The present moment in UTC."""
        return dt.datetime.now(dt.UTC)

    def wait(self, seconds: float) -> None:
        """Notes it."""
        self.waited.append(seconds)


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
    return TrytonTarget(settings, PatientClock(), patience_seconds)
