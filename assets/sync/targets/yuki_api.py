"""The calls of Yuki: in a session, and with their faults explained.

Belongs here: logging in, the spelling of parameters, and what each answer means to the document of a call.
Does not: what an invoice looks like and how its outcome is read (`yuki`).
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from assets.sync.errors import CallError, Explanation, RefusedError, StoppedError, UnknownOutcomeError
from assets.sync.target import TargetSettings
from assets.sync.targets.calling import Caller, Clock, checked_url, option, secret
from assets.sync.targets.phrases import code_of
from assets.sync.targets.soap import FaultError, envelope, result

PROGRAM: Final = "yuki"
NAMESPACE: Final = "http://www.theyukicompany.com/"

Parameter = str | etree._Element

_UNREACHABLE: Final = frozenset({404, 502, 503, 504})
_DOOR: Final = frozenset({"token_expired", "login_refused", "quota_used"})
"""What is refused before an operation begins: nothing was booked."""


class YukiApi:
    """The operations that are used. Used by one thread.

    Methods raise StoppedError where no call makes sense now: no login, no quota, not reachable.
    """

    def __init__(self, settings: TargetSettings, clock: Clock, patience_seconds: float) -> None:
        self._url = checked_url(settings)
        self._administration = option(settings, "administration")
        self._access_key = secret(settings, "access_key")
        self._caller = Caller(self._url, clock, patience_seconds, [self._access_key])
        self._session: str | None = None

    def close(self) -> None:
        """Lets the connections go."""
        self._caller.close()

    def words(self, text: str) -> str:
        """The program's words on one line, without secrets."""
        return self._caller.words(text)

    def check_outstanding_item(self, reference: str) -> etree._Element:
        """What the administration shows under a reference, paid or not."""
        return self._in_session("Accounting", "CheckOutstandingItem", "sessionID", {"Reference": reference})

    def process_sales_invoices(self, document: etree._Element, subject: str) -> etree._Element:
        """Sends documents; the answer says of each what became of it.

        Raises:
            RefusedError: if the call as such was refused.
            UnknownOutcomeError: if it is not known what became of the documents.
        """
        parameters: dict[str, Parameter] = {"administrationId": self._administration, "xmlDoc": document}
        return self._in_session("Sales", "ProcessSalesInvoices", "sessionId", parameters, subject)

    def _in_session(
        self,
        service: str,
        operation: str,
        session_parameter: str,
        parameters: dict[str, Parameter],
        subject: str | None = None,
    ) -> etree._Element:
        """An operation, with its own spelling of the session. One with a subject may book it."""
        session = self._session or self._logged_in()
        try:
            return self._call(service, operation, {session_parameter: session, **parameters}, subject)
        except FaultError as fault:
            if code_of(PROGRAM, fault.words) != "token_expired":
                raise self._explained(fault, subject) from fault
        # The session has ended, so that the operation did not begin: it may be called in a new one.
        session = self._logged_in()
        try:
            return self._call(service, operation, {session_parameter: session, **parameters}, subject)
        except FaultError as fault:
            raise self._explained(fault, subject) from fault

    def _logged_in(self) -> str:
        try:
            answer = self._call("Sales", "Authenticate", {"accessKey": self._access_key}, None)
        except FaultError as fault:
            code = code_of(PROGRAM, fault.words)
            raise StoppedError(
                Explanation(code if code == "quota_used" else "login_refused", self.words(fault.words))
            ) from fault
        session = (answer.text or "").strip()
        if not session:
            raise StoppedError(Explanation("login_refused", "Authenticate gave no session"))
        self._caller.hide(session)
        self._session = session
        return session

    def _call(
        self,
        service: str,
        operation: str,
        parameters: dict[str, Parameter],
        subject: str | None,
    ) -> etree._Element:
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{NAMESPACE}{operation}"'}
        content = envelope(NAMESPACE, operation, parameters)
        url = f"{self._url}/{service}.asmx"
        answer = self._caller.send("POST", url, headers, content, may_book=subject is not None)
        detail = f"HTTP {answer.status} from {operation}"
        if answer.status in (401, 403):
            raise StoppedError(Explanation("login_refused", detail))
        if answer.status == 429:
            raise StoppedError(Explanation("quota_used", detail))
        if answer.status == 404 or (answer.status in _UNREACHABLE and subject is None):
            raise StoppedError(Explanation("program_unreachable", detail))
        try:
            if answer.status not in (200, 500):
                raise ValueError("another status")
            return result(answer.body, operation)
        except ValueError as error:
            lost: type[CallError] = StoppedError if subject is None else UnknownOutcomeError
            raise lost(Explanation("answer_not_understood", f"{detail} ({error})", subject)) from error

    def _explained(self, fault: FaultError, subject: str | None) -> CallError:
        words = self.words(fault.words)
        code = code_of(PROGRAM, fault.words)
        if code in _DOOR:
            return StoppedError(Explanation("login_refused" if code == "token_expired" else code, words))
        if subject is None:
            return StoppedError(Explanation("answer_not_understood", words))
        if fault.is_of_the_call:
            return RefusedError(Explanation(code or "program_refused", words, subject))
        # The service broke off by itself, before or after it booked.
        return UnknownOutcomeError(Explanation("answer_not_understood", words, subject))
