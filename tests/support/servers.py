"""`partita start` as a real process, on a home of its own: what it printed, what it started, how it ends.

Used by the tests that need a daemon or the UI. Everything that was started is ended, also when a test fails.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from assets.home import HOME_VARIABLE, Home
from orchestration.serving.session import session_token
from samples.waiting import free_port, until

PARTITA: Final = str(Path(sys.executable).with_name("partita"))
SECONDS_TO_START: Final = 90.0
SECONDS_TO_STOP: Final = 30.0


@dataclass(slots=True)
class Server:
    """A running `partita start`."""

    root: Path
    port: int
    process: subprocess.Popen[bytes]
    output_path: Path

    @property
    def address(self) -> str:
        """Where the UI is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        """The secret of the home's sessions."""
        return session_token(Home(self.root))

    @property
    def opening_address(self) -> str:
        """The address that begins a session."""
        return f"{self.address}/?token={self.token}"

    def request(self, path: str, body: bytes | None = None, **headers: str) -> urllib.request.Request:
        """A request of this home's session; headers are named with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        session = {"Authorization": f"Bearer {self.token}"}
        return urllib.request.Request(f"{self.address}/{path}", body, session | named)

    def output(self) -> str:
        """Everything that it printed so far, messages of Dagster included."""
        return self.output_path.read_text("utf-8")

    def sentences(self) -> list[str]:
        """What it printed without what DuckDB's binding says of objects that were in use at the very end."""
        of_binding = ("nanobind: ", " - ", "See https://nanobind.")
        return [line for line in self.output().splitlines() if not line.startswith(of_binding)]

    def wait_for_address(self) -> str:
        """The line that names the address."""

        def look() -> str | None:
            assert self.process.poll() is None, f"it ended by itself:\n{self.output()}"
            lines = [line for line in self.output().splitlines() if f"{self.address}/?token=" in line]
            return lines[0] if lines else None

        return until(look, SECONDS_TO_START, "the line with the address")

    def family(self) -> list[psutil.Process]:
        """The process and all that it started, however deep."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def terminate(self) -> int:
        """Sends TERM, as `docker stop` and systemd do; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS_TO_STOP)

    def kill(self) -> None:
        """Sends KILL to everything at once, as a power failure would; nobody can clean up."""
        family = self.family()
        for process in family:
            process.suspend()
        for process in family:
            process.kill()
        self.process.wait(10)
        psutil.wait_procs(family, 10)

    def status(self) -> dict[str, Any]:
        """The answer of `partita status --json`, in a process of its own."""
        return run_partita(self.root, "status", "--json")

    def graphql(self, query: str, variables: Mapping[str, object] | None = None) -> dict[str, Any]:
        """The data that Dagster's API answers."""
        body = json.dumps({"query": query, "variables": dict(variables or {})}).encode()
        request = self.request("graphql", body, Content_Type="application/json")
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        assert "errors" not in answer, answer
        return answer["data"]


def run_partita(root: Path, *arguments: str) -> dict[str, Any]:
    """The JSON answer of a command in a process of its own."""
    done = finished(root, *arguments)
    done.check_returncode()
    return json.loads(done.stdout)


def finished(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own that has ended, with all that it and its libraries wrote."""
    return subprocess.run(
        [PARTITA, *arguments], env=_environment(root), capture_output=True, text=True, check=False
    )


def listening_addresses(family: list[psutil.Process]) -> set[tuple[str, int]]:
    """The addresses on which these processes accept TCP connections."""
    return {
        (connection.laddr.ip, connection.laddr.port)
        for process in family
        if process.is_running()
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


def launch(root: Path, *arguments: str, port: int | None = None) -> Server:
    """Starts `partita start` on this home and returns at once; end it with `end`."""
    port = port or free_port()
    root.mkdir(parents=True, exist_ok=True)
    output_path = root.with_name(f"{root.name}-{port}.log")
    with output_path.open("ab") as output:
        process = subprocess.Popen(
            [PARTITA, "start", "--port", str(port), *arguments],
            env=_environment(root),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Server(root, port, process, output_path)


def end(server: Server) -> None:
    """Ends the server and everything that it started, in whatever state it is."""
    if server.process.poll() is None:
        server.kill()


@contextmanager
def serving(root: Path, *arguments: str) -> Iterator[Server]:
    """A server that answers; it is ended with the block."""
    server = launch(root, *arguments)
    try:
        server.wait_for_address()
        yield server
    finally:
        end(server)


def _environment(root: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    return kept | {HOME_VARIABLE: str(root), "PYTHONUNBUFFERED": "1"}
