"""The limits of Exact Online on calls: by the minute, by the day, and on errors of one endpoint.

Belongs here: when the next call may be made. Does not: the calls (`exact_api`).

The program says in each answer what is left of the minute and of the day. It does not say what is left of the
ten errors an hour after which it blocks an endpoint for an hour; they are counted here, in a file, since the
next run does not remember them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

from assets.sync.errors import Explanation, StoppedError
from assets.sync.targets.calling import Answer, Clock
from assets.sync.targets.state_files import StateFile

ERRORS_ALLOWED: Final = 9
"""The tenth error within an hour would block the endpoint."""

ERROR_SECONDS: Final = 3600
MINUTE_SECONDS: Final = 60
TOO_MANY: Final = 429

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class ExactLimits:
    """The limits of one division and app. Used by one thread."""

    def __init__(self, clock: Clock, error_file: StateFile) -> None:
        self._clock = clock
        self._error_file = error_file
        self._next_turn: dt.datetime | None = None
        self._next_day: dt.datetime | None = None

    def wait_for_turn(self, endpoint: str) -> None:
        """Waits for the next minute if this one is used up.

        Raises:
            StoppedError: if the day is used up, or one more error could block the endpoint, and until when.
        """
        now = self._clock.now()
        errors = self._errors(now).get(endpoint, [])
        if len(errors) >= ERRORS_ALLOWED:
            again_at = dt.datetime.fromtimestamp(min(errors) + ERROR_SECONDS, dt.UTC)
            raise _used(
                f"{len(errors)} errors within an hour on {endpoint}, one more could block it", again_at
            )
        if self._next_day is not None and now < self._next_day:
            raise _used("those of the day", self._next_day)
        if self._next_turn is not None:
            # The bound holds also if the clock was set back since the moment was noted.
            seconds = (self._next_turn - now).total_seconds()
            self._next_turn = None
            if seconds > 0:
                self._clock.wait(min(seconds, MINUTE_SECONDS))

    def note(self, endpoint: str, answer: Answer) -> None:
        """Takes in what the answer says of the limits.

        Raises:
            StoppedError: if the program refused the call for another reason than the minute's limit.
        """
        now = self._clock.now()
        minute = _reset(answer.headers, "X-RateLimit-Minutely", now)
        day = _reset(answer.headers, "X-RateLimit", now)
        if minute is not None:
            self._next_turn = now + min(minute, dt.timedelta(seconds=MINUTE_SECONDS))
        if day is not None:
            self._next_day = now + day
        if answer.status == TOO_MANY:
            if minute is None and day is None:
                self._note_refusal(answer.headers, now)
        elif answer.status >= 400:
            self._note_error(endpoint, now)

    def _note_refusal(self, headers: Mapping[str, str], now: dt.datetime) -> None:
        given = headers.get("Retry-After", "")
        seconds = int(given) if given.isascii() and given.isdigit() and len(given) < 7 else None
        if seconds is not None and seconds <= MINUTE_SECONDS:
            self._next_turn = now + dt.timedelta(seconds=seconds)
            return
        raise _used("no more now", now + dt.timedelta(seconds=seconds) if seconds is not None else None)

    def _note_error(self, endpoint: str, now: dt.datetime) -> None:
        with self._error_file.locked():
            errors = self._errors(now)
            errors.setdefault(endpoint, []).append(int(now.timestamp()))
            self._error_file.write(dict(errors))

    def _errors(self, now: dt.datetime) -> dict[str, list[int]]:
        """The moments of the errors within an hour of now, by endpoint; later ones if the clock went back."""
        try:
            kept = self._error_file.read() or {}
            return {
                endpoint: [moment for moment in moments if abs(now.timestamp() - moment) < ERROR_SECONDS]
                for endpoint, moments in kept.items()
            }
        except (ValueError, TypeError, AttributeError):
            # Only counts are lost; the next error writes the file anew.
            return {}


def _reset(headers: Mapping[str, str], name: str, now: dt.datetime) -> dt.timedelta | None:
    """How long until the limit starts anew, if nothing of it is left; by the program's clock if it tells."""
    remaining, reset = headers.get(f"{name}-Remaining", ""), headers.get(f"{name}-Reset", "")
    if remaining.strip() != "0" or not (reset.isascii() and reset.isdigit() and len(reset) <= 14):
        return None
    moment = _EPOCH + dt.timedelta(milliseconds=int(reset))
    try:
        said_at = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        said_at = now
    if said_at.tzinfo is None:
        said_at = now
    return max(moment - said_at, dt.timedelta(0))


def _used(detail: str, again_at: dt.datetime | None) -> StoppedError:
    until = f"until {again_at:%Y-%m-%d %H:%M} UTC" if again_at else "the program does not say until when"
    return StoppedError(Explanation("quota_used", f"{detail}; {until}"), again_at)
