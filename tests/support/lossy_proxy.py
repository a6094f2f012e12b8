"""Stands before a real program and loses what the test says: the call, its answer, or half of it.

The program does its work on every call that is passed on: so an answer that is lost may be that of a booking.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Literal

Loss = Literal["call", "answer", "half", "silence", "page", "fault"]
"""The call never arrives · the answer is lost · only half of it comes · it never comes, and the connection
stays open · a web page comes instead · the status is 500."""

_SECONDS_OF_SILENCE: Final = 30.0
_PAGE: Final = b"<html><body>502 Bad Gateway</body></html>"


class LossyProxy:
    """A proxy to a port of this machine, on a port of its own."""

    def __init__(self, upstream: int) -> None:
        self.passed: list[str] = []
        self._rule: tuple[str, Loss] | None = None
        self._end = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(upstream))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it stands."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def losing(self, call: str, loss: Loss) -> Iterator[None]:
        """Loses every call whose method and path begin so, as long as the block lasts."""
        self._rule = (call, loss)
        try:
            yield
        finally:
            self._rule = None

    def close(self) -> None:
        """Ends it and everything that it holds open."""
        self._end.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self, upstream: int) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._pass_on()

            def do_POST(self) -> None:
                self._pass_on()

            def _pass_on(self) -> None:
                call = f"{self.command} {self.path}"
                loss = proxy._rule[1] if proxy._rule and call.startswith(proxy._rule[0]) else None
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.close_connection = True
                if loss == "call":
                    return
                connection = http.client.HTTPConnection("127.0.0.1", upstream, timeout=60)
                connection.request(self.command, self.path, body or None, dict(self.headers))
                answer = connection.getresponse()
                status, kind, content = answer.status, answer.headers["Content-Type"], answer.read()
                connection.close()
                proxy.passed.append(call)
                proxy._answer(self, loss, status, kind, content)

            def log_message(self, format: str, *arguments: object) -> None:
                """Says nothing."""

        return Handler

    def _answer(
        self, handler: BaseHTTPRequestHandler, loss: Loss | None, status: int, kind: str, content: bytes
    ) -> None:
        if loss == "answer":
            return
        if loss == "silence":
            self._end.wait(_SECONDS_OF_SILENCE)
            return
        if loss == "page":
            status, kind, content = 200, "text/html", _PAGE
        if loss == "fault":
            status = 500
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[: len(content) // 2] if loss == "half" else content)
