"""Notifications of documents to register: real commands, and a real server on the loopback address."""

from __future__ import annotations

import json
import os
import shlex
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Final

import pytest

from assets.invoices.registering import DELIVERY_COUNTS, DeliveryOutcome
from assets.settings import Settings
from orchestration import notifications
from orchestration.notifications import message, notify

CONTENT: Final = {"event": "documents_to_register", "to_register_count": 3}
PREFIX: Final = "the notification was not delivered: "


def settings(command: str = "", url: str = "") -> Settings:
    """The settings of notifications."""
    return Settings({("notification_command", ""): command, ("notification_url", ""): url})


def warnings_of(used: Settings) -> list[str]:
    """What a notification by these settings warned of."""
    warnings: list[str] = []
    notify(used, CONTENT, warnings.append)
    return warnings


def python(code: str, *arguments: str) -> str:
    """A command that runs this code."""
    return shlex.join([sys.executable, "-c", code, *arguments])


@contextmanager
def server(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[tuple[str, list[tuple]]]:
    """A server that answers so; its address, and what was asked of it."""
    asked: list[tuple] = []

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((self.command, self.path, self.headers.get("Content-Type"), body))
            answer(self)

        do_POST = do_GET = _handle  # noqa: N815

        def log_message(self, *arguments: object) -> None:
            """Nothing is written to the terminal."""

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}/hook?team=ap", asked
        finally:
            listening.shutdown()
            thread.join()


def answering(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer without content."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()

    return answer


def outcome(waiting: int, open_files: int = 0) -> DeliveryOutcome:
    """A delivery of ten documents."""
    counts = dict.fromkeys(DELIVERY_COUNTS, 0) | {
        "document_count": 10,
        "registered_count": 10 - waiting,
        "waiting_count": waiting,
        "open_file_count": open_files,
    }
    return DeliveryOutcome("rossi mario@0123456789ab.zip", 1, counts)


def test_f01_the_message_has_counts_only_and_counts_what_is_left() -> None:
    assert message([outcome(0), outcome(3), outcome(0, open_files=1)]) == {
        "event": "documents_to_register",
        "delivery_count": 2,
        "document_count": 20,
        "registered_count": 17,
        "to_register_count": 3,
        "open_file_count": 1,
    }


def test_f01_without_a_setting_nothing_is_sent() -> None:
    assert warnings_of(Settings({})) == []


def test_f01_a_command_gets_the_message_on_its_standard_input(tmp_path: Path) -> None:
    """The words of the setting are its arguments: no shell reads them."""
    code = "import sys; open(sys.argv[1], 'w').write(sys.argv[2] + sys.stdin.read())"
    target = tmp_path / "with blank"

    assert warnings_of(settings(python(code, str(target), "$HOME;"))) == []

    assert target.read_text("utf-8") == "$HOME;" + json.dumps(CONTENT)


@pytest.mark.parametrize(
    ("command", "warning"),
    [
        (python("raise SystemExit(3)"), "ended with 3"),
        ("/nowhere/notify --now", "cannot be started (No such file or directory)"),
        ("notify 'mario", "cannot be taken apart (No closing quotation)"),
    ],
)
def test_f01_a_command_that_fails_is_a_warning(command: str, warning: str) -> None:
    assert warnings_of(settings(command)) == [f"{PREFIX}notification_command of settings.csv {warning}"]


def test_f01_a_command_that_never_ends_is_ended_with_all_that_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Both hold the other end of a pipe: it is closed when nobody of them lives."""
    monkeypatch.setattr(notifications, "SECONDS", 1.0)
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    code = "import os, sys, time; os.open(sys.argv[1], os.O_WRONLY); os.fork(); time.sleep(600)"

    warnings = warnings_of(settings(python(code, str(fifo))))

    assert warnings == [
        f"{PREFIX}notification_command of settings.csv took longer than 1 seconds and was ended"
    ]
    os.set_blocking(reader, True)
    assert os.read(reader, 1) == b""
    os.close(reader)


def test_f01_an_address_gets_the_message_as_json() -> None:
    with server(answering(204)) as (url, asked):
        assert warnings_of(settings(url=url)) == []
    assert asked == [("POST", "/hook?team=ap", "application/json", json.dumps(CONTENT).encode())]


def test_f01_both_ways_are_used_and_one_that_fails_does_not_stop_the_other() -> None:
    with server(answering(200)) as (url, asked):
        warnings = warnings_of(settings(python("raise SystemExit(1)"), url))
    assert (len(warnings), len(asked)) == (1, 1)


def test_f01_a_server_that_refuses_is_a_warning() -> None:
    with server(answering(500)) as (url, _):
        assert warnings_of(settings(url=url)) == [
            f"{PREFIX}notification_url of settings.csv answered 500",
        ]


def test_f01_a_message_is_not_sent_on_to_another_address() -> None:
    with (
        server(answering(200)) as (other, asked_of_other),
        server(answering(302, Location=other)) as (url, asked),
    ):
        assert warnings_of(settings(url=url)) == [f"{PREFIX}notification_url of settings.csv answered 302"]
    assert (len(asked), asked_of_other) == (1, [])


def test_f01_a_server_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "SECONDS", 0.3)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        (warning,) = warnings_of(settings(url=url))
    assert warning.startswith(f"{PREFIX}notification_url of settings.csv cannot be reached (")


def test_f01_an_address_where_nobody_listens_is_a_warning() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    (warning,) = warnings_of(settings(url=url))
    assert warning.startswith(f"{PREFIX}notification_url of settings.csv cannot be reached (")
