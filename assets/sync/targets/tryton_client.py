"""Tryton's REST interface, one call at a time, and what an answer means for what was asked.

Belongs here: addresses, headers, status codes, which calls may have booked. Does not: what is asked
(`assets.sync.targets.tryton`) and the wire itself (`assets.sync.targets.calling`).

    GET  /<database>/rest/model/<model>?d=<domain>&f=<field>…    finds records
    POST /<database>/rest/model/<model>                         makes one
    POST /<database>/rest/model/<model>/<id>/<button>           presses a button on it

A domain, and the context with the company, are JSON in URL-safe base64. Each call is one transaction of the
program. A refusal is 400 with `message` and `description`; a fault of the program, 500, may come after its
commit, since it does what waits in its queue before it answers.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from assets.sync.errors import CallError, Explanation, RefusedError, StoppedError, UnknownOutcomeError
from assets.sync.targets.calling import Answer, Caller
from assets.sync.targets.phrases import code_of
from assets.sync.targets.tryton_values import Record, decoded

T = TypeVar("T")

_PROGRAM: Final = "tryton"
_NOT_UNDERSTOOD: Final = (ValueError, KeyError, TypeError, RecursionError)
_SUCCESS: Final = range(200, 300)
_FAULTS: Final = range(500, 600)


@dataclass(frozen=True, slots=True)
class _Call:
    """What is asked: whether it may have made something once it was sent, and about which document."""

    method: str
    path: str
    may_book: bool
    content: bytes | None = None
    subject: str | None = None
    skips_warnings: bool = False

    def lost(self, code: str, detail: str) -> CallError:
        """No answer that tells; what that means depends on what was asked."""
        kind = UnknownOutcomeError if self.may_book else StoppedError
        return kind(Explanation(code, detail, self.subject))


class TrytonClient:
    """The REST interface of one company of a Tryton database. Methods raise CallError."""

    def __init__(self, caller: Caller, url: str, database: str, company_id: int, key: str) -> None:
        self.company_id = company_id
        self._caller = caller
        self._database = database
        self._base = f"{url}/{quote(database, safe='')}/rest/model"
        self._key = key

    def find(
        self, model: str, domain: Sequence[Any], fields: Sequence[str], into: Callable[[Record], T]
    ) -> list[T]:
        """The records that fit, by ascending key, each read by `into`. Raises StoppedError."""
        query = [("d", _coded(domain)), ("o", _coded([["id", "ASC"]])), *(("f", field) for field in fields)]
        call = _Call("GET", f"/{model}?{urlencode(query)}", may_book=False)

        def read(answer: Any) -> list[T]:
            if not isinstance(answer, list):
                raise TypeError("no list of records")
            return [into(_record(each)) for each in answer]

        return self._answered(call, read)

    def create(
        self,
        model: str,
        values: Mapping[str, Any],
        fields: Sequence[str],
        into: Callable[[Record], T],
        subject: str,
    ) -> T:
        """Makes a record, about `subject`."""
        path = f"/{model}?{urlencode([('f', field) for field in fields])}"
        call = _Call("POST", path, may_book=True, content=json.dumps(values).encode(), subject=subject)
        return self._answered(call, lambda answer: into(_record(answer)))

    def press(
        self,
        model: str,
        key: int,
        button: str,
        fields: Sequence[str],
        into: Callable[[Record], T],
        subject: str,
    ) -> T:
        """Presses a button on a record, about `subject`.

        Warnings are questions to a person at the screen (the due date has passed, the EU was not asked about
        the VAT number): nobody sits there, so that they are answered with yes.
        """
        path = f"/{model}/{key}/{button}?{urlencode([('f', field) for field in fields])}"
        call = _Call("POST", path, may_book=True, content=b"{}", subject=subject, skips_warnings=True)
        return self._answered(call, lambda answer: into(_record(answer)))

    def delete(self, model: str, key: int) -> None:
        """Removes a record. Nothing can be booked by it, and a lost answer is an error of its own."""
        call = _Call("DELETE", f"/{model}/{key}", may_book=False)
        answer = self._sent(call, is_repeatable=False)
        if answer.status not in _SUCCESS:
            raise self._failure(call, answer)

    def _answered(self, call: _Call, read: Callable[[Any], T]) -> T:
        answer = self._sent(call)
        if answer.status not in _SUCCESS:
            raise self._failure(call, answer)
        try:
            return read(_json(answer))
        except _NOT_UNDERSTOOD as error:
            detail = f"{self._caller.origin} answered with something else than Tryton would"
            raise call.lost("answer_not_understood", detail) from error

    def _sent(self, call: _Call, *, is_repeatable: bool | None = None) -> Answer:
        try:
            return self._caller.send(
                call.method,
                self._base + call.path,
                self._headers(call),
                call.content,
                may_book=call.may_book,
                is_repeatable=is_repeatable,
            )
        except UnknownOutcomeError as error:
            raise UnknownOutcomeError(replace(error.explanation, subject=call.subject)) from error

    def _headers(self, call: _Call) -> dict[str, str]:
        context = {"company": self.company_id, "companies": [self.company_id]}
        if call.skips_warnings:
            context["_skip_warnings"] = True
        headers = {
            "Authorization": f"bearer {self._key}",
            "X-Tryton-Context": _coded(context),
            "Accept": "application/json",
        }
        if call.content is not None:
            # In whose language a refusal comes; names of the program's own records are not translated.
            headers |= {"Content-Type": "application/json", "Accept-Language": "en"}
        return headers

    def _failure(self, call: _Call, answer: Answer) -> CallError:
        match answer.status:
            case HTTPStatus.UNAUTHORIZED:
                return StoppedError(
                    Explanation("login_refused", "the key is none of the program's REST keys")
                )
            case HTTPStatus.FORBIDDEN:
                path = call.path.partition("?")[0]
                return StoppedError(Explanation("login_refused", f"the user of the key may not use {path}"))
            case HTTPStatus.NOT_FOUND:
                detail = f"no Tryton with a database {self._database} at {self._caller.origin}"
                return StoppedError(Explanation("program_unreachable", detail))
            case HTTPStatus.TOO_MANY_REQUESTS:
                detail = f"{self._caller.origin} takes no more calls for now"
                return StoppedError(Explanation("quota_used", detail))
            case HTTPStatus.BAD_REQUEST:
                return self._refusal(call, answer)
            case status if status in _FAULTS:
                code = "outcome_unknown" if call.may_book else "program_unreachable"
                return call.lost(code, f"{self._caller.origin} answered with the status {status}")
            case status:
                detail = f"{self._caller.origin} answered with the status {status}"
                return call.lost("answer_not_understood", detail)

    def _refusal(self, call: _Call, answer: Answer) -> CallError:
        try:
            record = _record(_json(answer))
            parts = [str(record[name]) for name in ("message", "description") if record[name]]
        except _NOT_UNDERSTOOD:
            return call.lost("answer_not_understood", "a refusal without words")
        words = self._caller.words(" ".join(parts))
        code = code_of(_PROGRAM, words) or "program_refused"
        kind = StoppedError if code == "login_refused" or not call.may_book else RefusedError
        return kind(Explanation(code, words, call.subject))


def _coded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def _json(answer: Answer) -> Any:
    if answer.headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
        raise ValueError("no JSON")
    return decoded(answer.body)


def _record(value: Any) -> Record:
    if not isinstance(value, dict):
        raise TypeError("no record")
    return value
