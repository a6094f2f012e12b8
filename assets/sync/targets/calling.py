"""One call to a program over HTTP: bounded in time and size, and honest about what became of it.

Belongs here: the connection, what is tried again, and which loss means that nothing was booked. Does not:
what an answer says (the targets).

Only what surely did nothing is tried again: a call that reads, and one that never reached the program. A call
that may have booked is sent once; whatever is lost after that is an unknown outcome.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import httpx
import tenacity

from assets.sync.errors import CallError, Explanation, StoppedError, UnknownOutcomeError
from assets.sync.target import TargetSettings

MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
PATIENCE_SECONDS: Final = 60
"""The longest that an answer may take, from the first to the last byte of it."""

ATTEMPTS: Final = 3

_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_GATEWAY: Final = frozenset({502, 503, 504})
"""What stands before the program says that it is not there just now."""


class Clock(Protocol):
    """The time as a target sees it."""

    def now(self) -> dt.datetime:
        """The present moment in UTC. It may have been set back or forward since the last look."""

    def wait(self, seconds: float) -> None:
        """Lets so much time go by."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> dt.datetime:
        """The present moment in UTC."""
        return dt.datetime.now(dt.UTC)

    def wait(self, seconds: float) -> None:
        """Sleeps."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json_object(self) -> dict[str, Any] | None:
        """The JSON object of the body, numbers with fractions as Decimal; None if it is anything else."""
        try:
            value = json.loads(self.body, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None


class _AnswerTooLargeError(Exception):
    """More than a program has to say; or packed, so that nobody knows how large it is."""


class Caller:
    """Calls of one program. `hidden` are texts that must stand in no message, such as its secrets."""

    def __init__(self, url: str, clock: Clock, patience_seconds: float, hidden: Iterable[str] = ()) -> None:
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        self._clock = clock
        self._patience = patience_seconds
        self._hidden = {text for text in hidden if text}
        # Packed answers are refused, since a small one may unpack into more than the memory holds. Each call
        # has a connection of its own: on a kept one that the program has just closed, a call that nobody
        # read would end in an unknown outcome.
        self._client = httpx.Client(
            timeout=patience_seconds,
            headers={"Accept-Encoding": "identity"},
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        self._repeating = self._retrying(
            tenacity.retry_if_exception_type(httpx.TransportError)
            | tenacity.retry_if_result(lambda answer: answer.status in _GATEWAY)
        )
        self._reaching = self._retrying(tenacity.retry_if_exception_type(_NOT_SENT))

    def hide(self, text: str) -> None:
        """From now on this stands in no message."""
        self._hidden.add(text)

    def words(self, text: str) -> str:
        """The program's words on one line and without anything hidden."""
        for hidden in self._hidden:
            text = text.replace(hidden, "…")
        return " ".join(text.split())

    def close(self) -> None:
        """Lets the connections go."""
        self._client.close()

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes | None = None,
        *,
        may_book: bool,
        is_repeatable: bool | None = None,
    ) -> Answer:
        """One call and its answer, whatever its status.

        `may_book`: whether the program may have made something once the call was sent. `is_repeatable`:
        whether it may be sent again after it may have arrived; if not said, what books nothing may.

        Raises:
            UnknownOutcomeError: if the call was sent, may have booked, and no whole answer came.
            StoppedError: if it was not sent, or no whole answer came to a call that books nothing.
        """
        is_again = not may_book if is_repeatable is None else is_repeatable
        retrying = self._repeating if is_again else self._reaching
        lost: Callable[[Explanation], CallError] = UnknownOutcomeError if may_book else StoppedError
        code = "outcome_unknown" if may_book else "program_unreachable"
        try:
            return retrying(self._once, method, url, headers, content)
        except _NOT_SENT as error:
            raise StoppedError(
                Explanation("program_unreachable", f"no connection to {self.origin}")
            ) from error
        except httpx.TimeoutException as error:
            detail = f"no whole answer from {self.origin} within {self._patience:g} s"
            raise lost(Explanation(code, detail)) from error
        except httpx.TransportError as error:
            detail = f"the connection to {self.origin} ended before its answer"
            raise lost(Explanation(code, detail)) from error
        except _AnswerTooLargeError as error:
            raise lost(Explanation("answer_not_understood", str(error))) from error

    def _retrying(self, retry: tenacity.retry_base) -> tenacity.Retrying:
        return tenacity.Retrying(
            retry=retry,
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=tenacity.wait_exponential(min=1, max=10),
            sleep=self._clock.wait,
            retry_error_callback=_last,
        )

    def _once(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        # The client's own limit starts anew with every piece; a program that drips would be heard for ever.
        deadline = time.monotonic() + self._patience
        body = bytearray()
        with self._client.stream(method, _parsed(url), headers=headers, content=content) as response:
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise _AnswerTooLargeError("a packed answer, which was not asked for")
            for piece in response.iter_raw():
                body += piece
                if len(body) > MAX_ANSWER_BYTES:
                    raise _AnswerTooLargeError(f"an answer of more than {MAX_ANSWER_BYTES // 1024**2} MiB")
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("the whole answer took too long")
            return Answer(response.status_code, response.headers, bytes(body))


@lru_cache(maxsize=64)
def _parsed(url: str) -> httpx.URL:
    """The address taken to pieces, which takes a tenth of a call; most calls have the same one."""
    return httpx.URL(url)


def _no_number(name: str) -> Decimal:
    raise ValueError(f"{name} is no number of JSON")


def _last(state: tenacity.RetryCallState) -> Answer:
    """What the last attempt gave: its answer, or its exception."""
    assert state.outcome is not None
    answer: Answer = state.outcome.result()
    return answer


def checked_url(settings: TargetSettings) -> str:
    """The address without a slash at its end.

    Raises:
        StoppedError: if secrets would go over the wire in the clear: without TLS, except to this machine.
    """
    parts = urlsplit(settings.url)
    if parts.scheme != "https" and not _is_own_machine(parts.hostname or ""):
        raise StoppedError(Explanation("settings_missing", "sync_url must begin with https://"))
    return settings.url.rstrip("/")


def _is_own_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def option(settings: TargetSettings, name: str) -> str:
    """An option that the program needs. Raises StoppedError if it is blank."""
    value = settings.options.get(name, "")
    if not value:
        raise StoppedError(Explanation("settings_missing", f"{name} in sync_options"))
    return value


def secret(settings: TargetSettings, name: str) -> str:
    """A secret that the program needs. Raises StoppedError if there is none."""
    value = settings.secrets.get(name, "")
    if not value:
        raise StoppedError(Explanation("secret_missing", f"{name.upper()} of {settings.company_code}"))
    return value
