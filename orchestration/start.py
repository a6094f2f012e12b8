"""Serves a home: Dagster's UI and daemon on the loopback address, until a signal ends it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Final

import click

from assets.errors import OperatingError, SettingsError
from assets.home import HOME_VARIABLE, Home
from assets.ledger.store import Ledger
from assets.wording import counted
from orchestration.comparing import compare_when_due, say_differences
from orchestration.freeing import free_what_the_dead_held
from orchestration.imports import TraceImports
from orchestration.instance import make_posted_files_green, only_daemon, open_records
from orchestration.resources import HomeResource
from orchestration.sample import copy_sample, finish_sample
from orchestration.serving.session import HOST, opening_address, session_token, write_port
from orchestration.stopping import take_your_time

SECONDS_TO_ANSWER: Final = 120
SECONDS_TO_STOP: Final = 30


def serve(home: Home, port: int, samples: Path | None) -> int:
    """Prepares the home, starts the UI and the daemon, prints the address, and waits; the exit code.

    The UI listens on 127.0.0.1 only, behind a guard. Ctrl-C and TERM stop everything that was started.

    Raises:
        OperatingError: if the settings make no sense (D03), the port is taken, or another daemon serves the
            home.
    """
    home.create()
    with only_daemon(home) as daemon_lock:
        has_samples = samples is not None and copy_sample(home, samples)
        _check_settings(home)
        _check_port(port)
        if has_samples:
            finish_sample(home)
        with open_records(home) as instance:
            orphans = free_what_the_dead_held(instance, has_daemon=False)
            make_posted_files_green(instance, Ledger.of(home))
        if orphans:
            click.echo(
                f"{counted(orphans, 'run was', 'runs were')} cut off when Partita was last stopped; "
                "the files are found again."
            )
        in_force = HomeResource(root=str(home.root)).home()
        say_differences(compare_when_due(in_force, Ledger.of(home)))
        return _watch(home, port, daemon_lock, has_samples=has_samples)


def _check_settings(home: Home) -> None:
    with TraceImports(home, Ledger.of(home), "start") as imports:
        state = imports.load_reference()
    for finding in state.findings:
        line = finding.sentence
        if finding.source_file == "settings.csv":
            raise SettingsError(f"{line}. Nothing was started.")
        click.echo(f"{line}; the last good reference data stay in force", err=True)
    HomeResource(root=str(home.root)).home()


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise OperatingError(
                f"port {port} is taken ({error.strerror}): choose another, as in `make run PORT={port + 1}`"
            ) from error


def _watch(home: Home, port: int, daemon_lock: int, *, has_samples: bool) -> int:
    write_port(home, port)
    kept = ("orchestration.serving.keeper", sys.executable, "-m", "orchestration.serving", str(port))
    command = [sys.executable, "-m", *kept]
    environment = os.environ | {
        "DAGSTER_HOME": str(home.dagster),
        HOME_VARIABLE: str(home.root),
        "PYTHONWARNINGS": "ignore",
    }
    stopped: list[int] = []
    take_your_time()

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        stopped.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    # The handlers stand before Dagster starts: a program started in the background ignores Ctrl-C, and
    # its children would too, but what is handled here is not ignored there.
    # In a process group of its own: a signal to the group reaches Dagster's helpers too, and Ctrl-C in the
    # terminal reaches only us, so that we stop them in order. The pipe and the lock are for the keeper.
    child = subprocess.Popen(
        command,
        env=environment,
        cwd=home.root,
        stdin=subprocess.PIPE,
        pass_fds=[daemon_lock],
        start_new_session=True,
    )
    try:
        if _answers(child, home, port, stopped):
            click.echo(f"Partita is at {opening_address(home)}")
            click.echo(f"Only this address, with its token, opens it. Drop traces into {home.inbox},")
            click.echo(f"e-invoices into {home.invoice_inbox}, sales invoices into {home.sales_inbox}")
            if has_samples:
                click.echo("The sample was dropped there; watch it under Runs, and see `partita status`.")
            click.echo("Stop with Ctrl-C.")
        while child.poll() is None and not stopped:
            time.sleep(0.2)
    finally:
        _end(child)
    if stopped:
        click.echo("Partita has stopped. Nothing is lost: files under way are found again at the next start.")
        return 0
    raise OperatingError(f"Dagster ended by itself with code {child.returncode}; its messages stand above")


def _answers(child: subprocess.Popen[bytes], home: Home, port: int, stopped: list[int]) -> bool:
    request = urllib.request.Request(
        f"http://{HOST}:{port}/server_info", headers={"Authorization": f"Bearer {session_token(home)}"}
    )
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline and child.poll() is None and not stopped:
        try:
            with urllib.request.urlopen(request, timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    return False


def _end(child: subprocess.Popen[bytes]) -> None:
    """Stops Dagster, which stops its helpers in order; then whatever is left of its group."""
    with suppress(ProcessLookupError, subprocess.TimeoutExpired):
        child.send_signal(signal.SIGINT)
        child.wait(timeout=SECONDS_TO_STOP)
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(child.pid, number)
            child.wait(timeout=5)
            time.sleep(0.5)
