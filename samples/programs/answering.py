"""A local HTTP server that behaves as an accounting program, and fails where a test wants it to.

Belongs here: serving on loopback, the points of failure, and a clock that tests set. Does not: what a program
answers (`exact_server`, `yuki_server`).
"""

from __future__ import annotations

import datetime as dt
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Literal
from urllib.parse import parse_qs, urlsplit

Fault = Literal[
    "closes_before_it_books",
    "bad_gateway_before_it_books",
    "closes_after_it_booked",
    "bad_gateway_after_it_booked",
    "half_of_the_answer",
    "answer_cut_off",
    "page_instead_of_the_answer",
    "packed_answer",
    "endless_answer",
    "hangs_before_it_books",
    "hangs_after_it_booked",
    "drips_after_it_booked",
]
"""Where a call goes wrong; half an answer is cut by the connection, one cut off is whole to HTTP."""

BOOKS_NOTHING: Final[tuple[Fault, ...]] = (
    "closes_before_it_books",
    "bad_gateway_before_it_books",
    "hangs_before_it_books",
)
BOOKS: Final[tuple[Fault, ...]] = (
    "closes_after_it_booked",
    "bad_gateway_after_it_booked",
    "half_of_the_answer",
    "answer_cut_off",
    "page_instead_of_the_answer",
    "packed_answer",
    "endless_answer",
    "hangs_after_it_booked",
    "drips_after_it_booked",
)
SLOW: Final[tuple[Fault, ...]] = (
    "hangs_before_it_books",
    "hangs_after_it_booked",
    "drips_after_it_booked",
)
"""Those that end only when the caller has had enough."""

_PAGE: Final = b"<!DOCTYPE html><html><body>Service unavailable</body></html>"
_ENDLESS_BYTES: Final = 17 * 1024 * 1024
_LONGEST_HANG: Final = 20.0


class SetClock:
    """A clock that stands still until somebody sets it or waits by it."""

    def __init__(self, moment: dt.datetime) -> None:
        self.moment = moment
        self.waits: list[float] = []

    def now(self) -> dt.datetime:
        """The moment that was set."""
        return self.moment

    def wait(self, seconds: float) -> None:
        """The moment is later by so much, at once."""
        self.waits.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """The moment is later (or, if negative, earlier) by so much."""
        self.moment += dt.timedelta(seconds=seconds)


@dataclass(frozen=True)
class Call:
    """What was asked. `target` are path and query as they were sent."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    target: str


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int
    body: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Program(ABC):
    """A program behind a server. `faults` are taken by the next calls whose name ends with the first part."""

    def __init__(self, clock: SetClock) -> None:
        self.clock = clock
        self.calls: list[Call] = []
        self.faults: list[tuple[str, Fault]] = []
        self.url = ""
        self.lock = threading.RLock()
        self.released = threading.Event()

    @abstractmethod
    def answer(self, call: Call) -> Reply:
        """The answer to a call; called under the lock."""

    def asked(self, method: str, end_of_name: str) -> int:
        """How many calls there were of this kind."""
        return sum(call.method == method and self.name_of(call).endswith(end_of_name) for call in self.calls)

    def name_of(self, call: Call) -> str:
        """What is called; a program whose path does not tell says it otherwise."""
        return call.path

    def fault_of(self, call: Call) -> Fault | None:
        """The failure of this call, which then is used up."""
        for position, (end_of_name, fault) in enumerate(self.faults):
            if call.method == "POST" and self.name_of(call).endswith(end_of_name):
                del self.faults[position]
                return fault
        return None


@contextmanager
def serving(program: Program) -> Iterator[Program]:
    """The program answers on a port of its own, which is its `url`."""

    class Handler(_Handler):
        served = program

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    program.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield program
    finally:
        program.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body of an answer are written apart: without this the second waits for the first's receipt.
    disable_nagle_algorithm = True
    served: Program

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests look at `calls`."""

    def _serve(self) -> None:
        program = self.served
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        call = Call(self.command, parts.path, query, dict(self.headers), body, self.path)
        with program.lock:
            program.calls.append(call)
            fault = program.fault_of(call)
            reply = None if fault in BOOKS_NOTHING else program.answer(call)
        if fault is None:
            assert reply is not None
            self._send(reply)
        else:
            self._fail(fault, reply)

    def _fail(self, fault: Fault, reply: Reply | None) -> None:
        page = Reply(502, _PAGE, "text/html")
        self.close_connection = True
        if fault in ("bad_gateway_before_it_books", "bad_gateway_after_it_booked"):
            self._send(page)
        elif fault in ("hangs_before_it_books", "hangs_after_it_booked"):
            self.served.released.wait(_LONGEST_HANG)
        elif reply is not None:
            half = reply.body[: len(reply.body) // 2]
            if fault == "half_of_the_answer":
                self._send(reply, half)
            elif fault == "answer_cut_off":
                self._send(Reply(reply.status, half, reply.content_type, reply.headers))
            elif fault == "page_instead_of_the_answer":
                self._send(Reply(reply.status, _PAGE, "text/html", reply.headers))
            elif fault == "packed_answer":
                headers = {**reply.headers, "Content-Encoding": "gzip"}
                self._send(Reply(reply.status, reply.body, reply.content_type, headers))
            elif fault == "endless_answer":
                self._send(Reply(reply.status, b" " * _ENDLESS_BYTES, reply.content_type, reply.headers))
            elif fault == "drips_after_it_booked":
                self._drip(reply)
        self.connection.close()

    def _drip(self, reply: Reply) -> None:
        self._send(reply, b"")
        for position in range(len(reply.body)):
            if self.served.released.wait(0.05):
                return
            try:
                self.wfile.write(reply.body[position : position + 1])
            except OSError:
                return

    def _send(self, reply: Reply, sent: bytes | None = None) -> None:
        try:
            self.send_response_only(reply.status)
            self.send_header("Date", format_datetime(self.served.clock.now(), usegmt=True))
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body if sent is None else sent)
            self.wfile.flush()
        except OSError:
            # The caller has gone, which is what some tests are about.
            self.close_connection = True


def unused_url() -> str:
    """An address of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
