"""The tokens of Exact Online: who may use which, and how the next one is kept.

Belongs here: renewing an access token, in one process at a time, and keeping the refresh token that comes
with it. Does not: any call of the accounting program itself (`exact_api`).

Access tokens last ten minutes. A refresh token is good for one renewal, which brings the next one; whoever
uses one twice, or loses the next one, must authorise anew in a browser. Therefore: a lock around each
renewal, room on the disk before the call, the new pair on the disk before its first use, and no second
attempt at a renewal that may have arrived.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from assets.sync.errors import Explanation, StoppedError
from assets.sync.target import TargetSettings
from assets.sync.targets.calling import Answer, Caller, Clock, secret
from assets.sync.targets.state_files import StateFile

RENEW_AFTER_SECONDS: Final = 570
"""The program refuses to renew a younger token."""

TOKEN_PATH: Final = "/api/oauth2/token"

_TOKEN: Final = re.compile(r"[!-~]{1,8000}")
_CLIENT_ERRORS: Final = ("invalid_client", "unauthorized_client")
_ERROR_FIELDS: Final = ("error", "error_description")
_TOO_EARLY: Final = "not expired"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What one renewal brought. `obtained_at` is in seconds since 1970, by the clock of this machine."""

    access_token: str
    refresh_token: str
    obtained_at: int


class ExactTokens:
    """The tokens of one authorisation, shared by all processes of this home.

    The file is named by what the authorisation began with: a new one in the secrets begins anew, and
    companies that were given the same one use the same chain.
    """

    def __init__(self, settings: TargetSettings, url: str, caller: Caller, clock: Clock) -> None:
        self._client_id = secret(settings, "client_id")
        self._client_secret = secret(settings, "client_secret")
        self._first_refresh_token = secret(settings, "refresh_token")
        self._url = url + TOKEN_PATH
        self._caller = caller
        self._clock = clock
        begun_with = f"{self._client_id}\n{self._first_refresh_token}".encode()
        key = hashlib.sha256(begun_with).hexdigest()[:16]
        self._file = StateFile(settings.state_folder / f"exact-token-{key}.json")

    def access_token(self) -> str:
        """A token that is younger than 570 seconds as far as the clock can tell.

        If the clock was set back its age is not known; then the program's 401 tells, and `renewed` follows.
        Raises StoppedError or TransientError if there is none.
        """
        pair = self._kept()
        if pair is None or self._is_old(pair):
            with self._file.locked():
                # Another process may have renewed it before this one held the lock.
                pair = self._kept()
                if pair is None or self._is_old(pair):
                    pair = self._renewed(pair, is_refused=False)
        return self._usable(pair)

    def renewed(self, refused_token: str) -> str:
        """A token other than this one, which the program no longer takes, whatever its age.

        Raises StoppedError or TransientError if there is none.
        """
        with self._file.locked():
            pair = self._kept()
            if pair is not None and pair.access_token != refused_token:
                return self._usable(pair)
            return self._usable(self._renewed(pair, is_refused=True))

    def _is_old(self, pair: TokenPair) -> bool:
        return self._now() - pair.obtained_at >= RENEW_AFTER_SECONDS

    def _now(self) -> int:
        return int(self._clock.now().timestamp())

    def _usable(self, pair: TokenPair) -> str:
        self._caller.hide(pair.access_token)
        self._caller.hide(pair.refresh_token)
        return pair.access_token

    def _kept(self) -> TokenPair | None:
        try:
            kept = self._file.read()
            if kept is None:
                return None
            return TokenPair(kept["access_token"], kept["refresh_token"], int(kept["obtained_at"]))
        except (ValueError, KeyError, TypeError) as error:
            detail = f"{self._file.path} was not written by Partita"
            raise StoppedError(Explanation("token_expired", detail)) from error

    def _renewed(self, pair: TokenPair | None, *, is_refused: bool) -> TokenPair:
        """The next pair, kept on the disk. `is_refused`: the program no longer takes the present one."""
        refresh_token = pair.refresh_token if pair else self._first_refresh_token
        self._caller.hide(refresh_token)
        with self._file.prepared() as room:
            # The age counts from before the call: a token is never taken for younger than it is.
            obtained_at = self._now()
            answer = self._call(refresh_token)
            if pair is not None and not is_refused and _is_too_early(answer):
                # The clock was set forward. From now on the token's age counts from here, and 401 tells.
                new = TokenPair(pair.access_token, pair.refresh_token, obtained_at)
            else:
                new = self._pair(answer, obtained_at)
            try:
                room.write(_record(new))
            except OSError as error:
                detail = f"the next token could not be kept in {self._file.path} ({error.strerror})"
                raise StoppedError(Explanation("token_expired", detail)) from error
        return new

    def _call(self, refresh_token: str) -> Answer:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": self._client_id,
            "client_secret": self._client_secret,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        content = urlencode(form).encode()
        return self._caller.send("POST", self._url, headers, content, may_book=False, is_repeatable=False)

    def _pair(self, answer: Answer, obtained_at: int) -> TokenPair:
        said = answer.json_object() or {}
        if answer.status == 200:
            try:
                return TokenPair(_token(said, "access_token"), _token(said, "refresh_token"), obtained_at)
            except ValueError as error:
                detail = f"{error} in the answer to a renewal of the token"
                raise StoppedError(Explanation("answer_not_understood", detail)) from error
        words = self._caller.words(": ".join(str(said[name]) for name in _ERROR_FIELDS if said.get(name)))
        detail = words or f"HTTP {answer.status}"
        if answer.status == 429:
            raise StoppedError(Explanation("quota_used", f"renewals of the token ({detail})"))
        if answer.status not in (400, 401, 403):
            raise StoppedError(Explanation("program_unreachable", f"no renewal of the token ({detail})"))
        code = "login_refused" if said.get("error") in _CLIENT_ERRORS else "token_expired"
        raise StoppedError(Explanation(code, detail))


def _record(pair: TokenPair) -> dict[str, str | int]:
    return {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "obtained_at": pair.obtained_at,
    }


def _is_too_early(answer: Answer) -> bool:
    said = answer.json_object() or {}
    return answer.status in (400, 401) and any(_TOO_EARLY in str(said.get(name)) for name in _ERROR_FIELDS)


def _token(said: Mapping[str, object], name: str) -> str:
    """A token that can stand in a header. Raises ValueError if there is none."""
    value = said.get(name)
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise ValueError(f"no {name}")
    return value
