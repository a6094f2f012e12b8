"""The calls of one division of Exact Online: authorised, within the limits, and with their errors explained.

Belongs here: how a list is read page by page, how one record is made, and what each status means. Does not:
which records an invoice is made of (`exact`).

A status of 500 is how the program refuses a document, with words in the language of its user: it never
means "send again".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

from assets.sync.errors import Explanation, RefusedError, StoppedError, UnknownOutcomeError
from assets.sync.target import TargetSettings
from assets.sync.targets.calling import (
    ATTEMPTS,
    Answer,
    Caller,
    Clock,
    checked_url,
    option,
    secret,
)
from assets.sync.targets.exact_limits import TOO_MANY, ExactLimits
from assets.sync.targets.exact_tokens import ExactTokens
from assets.sync.targets.exact_values import Record, any_of, json_text
from assets.sync.targets.phrases import code_of
from assets.sync.targets.state_files import StateFile

PROGRAM: Final = "exact"
TEXTS_PER_FILTER: Final = 20
"""A filter stands in the address, whose length is limited."""

MAX_PAGES: Final = 1_000

_STOPS: Final = {
    403: "login_refused",
    **dict.fromkeys((404, 502, 503, 504), "program_unreachable"),
}
"""What a status means to a call that books nothing."""

_DIVISION: Final = re.compile(r"[0-9]{1,10}")


class ExactApi:
    """Reads and makes records. Used by one thread.

    Methods raise StoppedError where no call makes sense now: no authorisation, no quota, not reachable.
    """

    def __init__(self, settings: TargetSettings, clock: Clock, patience_seconds: float) -> None:
        url = checked_url(settings)
        division = option(settings, "division")
        if not _DIVISION.fullmatch(division):
            raise StoppedError(Explanation("settings_missing", "division in sync_options is a number"))
        hidden = [secret(settings, name) for name in ("client_id", "client_secret", "refresh_token")]
        self._caller = Caller(url, clock, patience_seconds, hidden)
        self._tokens = ExactTokens(settings, url, self._caller, clock)
        self._limits = ExactLimits(clock, StateFile(settings.state_folder / f"exact-errors-{division}.json"))
        self._base = f"{url}/api/v1/{division}/"

    def close(self) -> None:
        """Lets the connections go."""
        self._caller.close()

    def records(self, endpoint: str, fields: Sequence[str], condition: str = "") -> list[dict[str, Any]]:
        """Every record that fits the condition, of all pages."""
        query = {"$select": ",".join(fields)} | ({"$filter": condition} if condition else {})
        url: str | None = f"{self._base}{endpoint}?{urlencode(query, quote_via=quote, safe='$,')}"
        found: list[dict[str, Any]] = []
        seen: set[str] = set()
        while url is not None:
            # A list that leads elsewhere would take the token there; one that leads back would never end.
            if not url.startswith(self._base) or url in seen or len(seen) >= MAX_PAGES:
                raise self._not_understood(f"the list {endpoint} goes on where it cannot")
            seen.add(url)
            answer = self._call("GET", url, endpoint, None, may_book=False)
            if answer.status != 200:
                raise self._stopped(endpoint, answer)
            page, url = self._page(endpoint, answer)
            found += page
        return found

    def records_of(
        self, endpoint: str, fields: Sequence[str], field: str, texts: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Every record whose field is one of these texts."""
        found = []
        for start in range(0, len(texts), TEXTS_PER_FILTER):
            condition = any_of(field, texts[start : start + TEXTS_PER_FILTER])
            found += self.records(endpoint, fields, condition)
        return found

    def make(self, endpoint: str, record: Record, subject: str) -> dict[str, Any]:
        """Makes one record; what the program says of it. `subject` names the document or party in errors.

        Raises:
            RefusedError: if the program refused: nothing was made.
            UnknownOutcomeError: if it is not known whether it was made.
        """
        content = json_text(record).encode()
        answer = self._call("POST", self._base + endpoint, endpoint, content, may_book=True)
        said = answer.json_object()
        if answer.status in (200, 201):
            made = (said or {}).get("d")
            if not isinstance(made, dict):
                detail = f"HTTP {answer.status} without the record"
                raise UnknownOutcomeError(Explanation("answer_not_understood", detail, subject))
            return made
        words = self._words(said)
        if answer.status == 400 or (answer.status == 500 and words):
            code = code_of(PROGRAM, words) or "program_refused"
            explanation = Explanation(code, words or f"HTTP {answer.status}", subject)
            # A program that gave up by itself may have done so before or after it booked.
            raise UnknownOutcomeError(explanation) if code == "outcome_unknown" else RefusedError(explanation)
        if answer.status in (403, 404):
            raise self._stopped(endpoint, answer)
        raise UnknownOutcomeError(Explanation("answer_not_understood", f"HTTP {answer.status}", subject))

    def _call(self, method: str, url: str, endpoint: str, content: bytes | None, *, may_book: bool) -> Answer:
        token = self._tokens.access_token()
        answer = self._within_limits(method, url, endpoint, content, token, may_book=may_book)
        if answer.status == 401:
            # Refused at the door: nothing was done, and the same call may be made with the next token.
            token = self._tokens.renewed(token)
            answer = self._within_limits(method, url, endpoint, content, token, may_book=may_book)
        if answer.status == 401:
            raise StoppedError(Explanation("login_refused", "a new access token is refused as well"))
        return answer

    def _within_limits(
        self, method: str, url: str, endpoint: str, content: bytes | None, token: str, *, may_book: bool
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        for _ in range(ATTEMPTS):
            self._limits.wait_for_turn(endpoint)
            answer = self._caller.send(method, url, headers, content, may_book=may_book)
            self._limits.note(endpoint, answer)
            if answer.status != TOO_MANY:
                return answer
        raise StoppedError(Explanation("quota_used", "those of the minute, again and again"))

    def _page(self, endpoint: str, answer: Answer) -> tuple[list[dict[str, Any]], str | None]:
        """The records of a page and the address of the next one. Some lists are bare, without results."""
        data = (answer.json_object() or {}).get("d")
        results, following = data, None
        if isinstance(data, dict):
            results, following = data.get("results"), data.get("__next")
        if not isinstance(results, list) or not all(isinstance(record, dict) for record in results):
            raise self._not_understood(f"the list {endpoint} has no results")
        if following is not None and not isinstance(following, str):
            raise self._not_understood(f"the list {endpoint} goes on where it cannot")
        return results, following

    def _stopped(self, endpoint: str, answer: Answer) -> StoppedError:
        words = self._words(answer.json_object())
        detail = f"HTTP {answer.status} from {endpoint}" + (f": {words}" if words else "")
        return StoppedError(Explanation(_STOPS.get(answer.status, "answer_not_understood"), detail))

    def _not_understood(self, detail: str) -> StoppedError:
        return StoppedError(Explanation("answer_not_understood", detail))

    def _words(self, said: dict[str, Any] | None) -> str:
        """What the program says: `{"error": {"code": …, "message": {"lang": …, "value": …}}}`."""
        error = (said or {}).get("error")
        message = error.get("message") if isinstance(error, dict) else None
        value = message.get("value") if isinstance(message, dict) else message
        if not isinstance(value, str):
            return ""
        code = error.get("code") if isinstance(error, dict) else None
        return self._caller.words(f"{value} (code {code})" if code else value)
