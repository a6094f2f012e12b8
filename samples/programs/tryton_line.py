"""The line to a Tryton of the tests, which loses calls and answers where a test wants it to."""

from __future__ import annotations

import datetime as dt

import httpx

from samples.programs.answering import Call, Program, Reply, SetClock


class TrytonLine(Program):
    """Hands every call on to a real Tryton. What `faults` do to it happens before or after that."""

    def __init__(self, upstream: str) -> None:
        super().__init__(SetClock(dt.datetime(2026, 10, 8, tzinfo=dt.UTC)))
        self._upstream = upstream

    def answer(self, call: Call) -> Reply:
        """What Tryton answers."""
        answer = httpx.request(
            call.method,
            f"{self._upstream}{call.target}",
            headers=dict(call.headers),
            content=call.body,
            timeout=60,
            trust_env=False,
        )
        return Reply(answer.status_code, answer.content, answer.headers["Content-Type"])
