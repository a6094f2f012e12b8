"""Stands before Dagster's webserver, which has no log-in and does whatever any page of the browser sends.

A request passes if it names this server (`Host`), comes from a page of this server (`Origin`), and brings the
session: the token in the address that `partita start` prints, and from then on a cookie that browsers send
from no other site. GraphQL is taken by POST as JSON only: opening an address must never change anything.
Belongs here: who may ask. Does not: what is answered.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

TOKEN: Final = "token"
"""The name of the parameter that brings the session in an address."""

USER_HEADER: Final = "x-partita-user"
"""Says whose session a request belongs to, to what stands behind; what a client sends so is dropped."""

_GRAPHQL: Final = "/graphql"
_SAFE_METHODS: Final = ("GET", "HEAD")
_POLICY_VIOLATION: Final = 1008

_NO_SESSION: Final = (
    "<!doctype html><title>Partita</title><p>This page belongs to the person who started Partita.</p>"
    "<p>Open the whole address that <code>partita start</code> (or <code>make run</code>) printed, with its "
    "<code>?token=…</code>; <code>partita address</code> shows it again.</p>"
)


class Guard:
    """An ASGI application before another one.

    `hosts` are the names by which this server may be called, with their port, such as `127.0.0.1:3000`;
    `token` is the session's secret, `user` whose session it is.
    """

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], token: str, user: str) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._origins = frozenset(f"http://{host}" for host in self._hosts)
        self._token = token
        self._user = user
        # Cookies know no ports: two homes on one machine must not take each other's session away.
        self._cookie = f"partita_{min(self._hosts).rpartition(':')[2]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers what may not pass, and hands everything else on with the session's user."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            headers = MutableHeaders(raw=list(scope["headers"]))
            headers[USER_HEADER] = self._user
            await self._app({**scope, "headers": headers.raw}, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            await refusal(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        """What is answered instead; None for a request that may pass."""
        headers = Headers(scope=scope)
        if headers.getlist("host") != [headers.get("host")] or headers["host"] not in self._hosts:
            return PlainTextResponse("This server has another name.", 421)
        origins = headers.getlist("origin")
        if any(origin not in self._origins for origin in origins) or _is_from_elsewhere(headers):
            return PlainTextResponse("Another site asked for this.", 403)
        if not scope["path"].isprintable():
            # The router takes /graphql with a line end for /graphql.
            return PlainTextResponse("This path has characters that no path has.", 400)
        is_http = scope["type"] == "http"
        if is_http and scope["method"] in _SAFE_METHODS and (opened := self._opened(scope)):
            return opened
        if not self._has_session(headers):
            return HTMLResponse(_NO_SESSION, 401)
        if is_http and scope["path"].rstrip("/") == _GRAPHQL:
            return _refused_graphql(scope, headers)
        return None

    def _has_session(self, headers: Headers) -> bool:
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "bearer" and self._is_token(bearer.strip()):
            return True
        cookies = (cookie_parser(line).get(self._cookie, "") for line in headers.getlist("cookie"))
        return any(self._is_token(value) for value in cookies)

    def _opened(self, scope: Scope) -> Response | None:
        """The address with the token begins a session, and leads to the same address without it."""
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if not any(name == TOKEN and self._is_token(value) for name, value in pairs):
            return None
        rest = urlencode([pair for pair in pairs if pair[0] != TOKEN])
        # A path that begins with two slashes would be the name of another server.
        path = "/" + quote(scope["path"].lstrip("/\\"))
        answer = RedirectResponse(f"{path}?{rest}" if rest else path, 303, {"Cache-Control": "no-store"})
        answer.set_cookie(self._cookie, self._token, path="/", httponly=True, samesite="strict")
        return answer

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), self._token.encode())


def _is_from_elsewhere(headers: Headers) -> bool:
    """Whether the browser says that a page of another site or port asks; following a link to here is fine."""
    site, mode = headers.get("sec-fetch-site", ""), headers.get("sec-fetch-mode", "")
    return site in ("cross-site", "same-site") and mode != "navigate"


def _refused_graphql(scope: Scope, headers: Headers) -> Response | None:
    """Refuses what a page elsewhere could have a browser send without asking: addresses and plain forms."""
    if scope["method"] in _SAFE_METHODS:
        names = [name.casefold() for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), True)]
        if "query" in names or "text/html" not in headers.get("accept", ""):
            return PlainTextResponse("GraphQL is taken by POST only.", 405, {"Allow": "POST"})
        return None
    kind = headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != "application/json":
        return PlainTextResponse("GraphQL is taken as application/json only.", 415)
    return None
