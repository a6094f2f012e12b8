"""A real Tryton: its environment and the company of the tests, made once; servers on copies of it.

Tryton is a program of its own (GPL), never imported here: it is installed into a folder of its own, `.tryton`
or what PARTITA_TRYTON_ENV names, and spoken to over HTTP. Several processes may want it at once: who comes
second waits for what the first one makes.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import httpx

from samples.programs.tryton_rest import TrytonRest
from samples.waiting import free_port, until

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER_VARIABLE: Final = "PARTITA_TRYTON_ENV"
REQUIREMENTS: Final = (
    "trytond~=8.2.0",
    "proteus~=8.2.0",
    "trytond_account~=8.2.0",
    "trytond_account_invoice~=8.2.0",
)
CONSTRAINTS: Final = Path(__file__).with_name("tryton-constraints.txt")
COMPANY_SCRIPT: Final = Path(__file__).with_name("tryton_company.py")
DATABASE: Final = "partita"
HOST: Final = "127.0.0.1"

SECONDS_TO_START: Final = 60.0
SECONDS_TO_STOP: Final = 20.0

# With `worker`, what Tryton would do after a call (print the invoice, ask the EU about a VAT number) waits in
# a queue for a process that nobody starts: no call depends on LibreOffice or on the internet.
_CONFIGURATION: Final = """\
[database]
uri = sqlite://
path = {path}

[web]
listen = {host}:{port}

[queue]
worker = True
"""


class TrytonMissingError(Exception):
    """Tryton could not be made ready; says which step failed and what it printed."""


@dataclass(frozen=True, slots=True)
class KnownCompany:
    """A company: its id in the database; keys of Partita's user, one who may do more, one without rights."""

    company_id: int
    key: str = field(repr=False)
    bookkeeper_key: str = field(repr=False)
    guest_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Template:
    """What servers are started from: an interpreter with Tryton, a database, and the company in it."""

    python: Path
    database: Path
    known_file: Path
    password_file: Path
    company: KnownCompany


@dataclass(slots=True)
class TrytonServer:
    """A running Tryton on a database of its own."""

    template: Template
    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """The address that goes into `sync_url`."""
        return f"http://{HOST}:{self.port}"

    @property
    def rest(self) -> TrytonRest:
        """What a bookkeeper could do in the program, over the same interface."""
        company = self.template.company
        return TrytonRest(self.url, DATABASE, company.company_id, company.bookkeeper_key)

    def stop(self) -> None:
        """Ends it, in whatever state it is; its database stays."""
        if self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(SECONDS_TO_STOP)


def folder() -> Path:
    """Where Tryton's environment and its databases are kept."""
    return Path(os.environ.get(FOLDER_VARIABLE) or ROOT / ".tryton").resolve()


@cache
def prepared() -> Template:
    """The template, made if it is not there yet. Raises TrytonMissingError."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        python = _environment(place)
        return _template(place, python)


@contextmanager
def serving(place: Path) -> Iterator[TrytonServer]:
    """A server on a fresh copy of the template in this folder; it is ended with the block."""
    server = launch(prepared(), place, free_port())
    try:
        yield server
    finally:
        server.stop()


def launch(template: Template, place: Path, port: int) -> TrytonServer:
    """Starts a server on the database of this folder, at first a copy of the template; waits for it."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = place / template.database.name
    if not database.exists():
        shutil.copy2(template.database, database)
    configuration = place / "trytond.conf"
    configuration.write_text(_CONFIGURATION.format(path=place, host=HOST, port=port), "utf-8")
    log = place / "trytond.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [template.python, "-m", "trytond.cli", "-c", configuration, "-d", DATABASE],
            env=_clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = TrytonServer(template, place, port, process)

    def answers() -> bool:
        assert process.poll() is None, f"Tryton ended by itself:\n{log.read_text('utf-8')}"
        try:
            return httpx.get(server.url, timeout=5, trust_env=False).status_code > 0
        except httpx.TransportError:
            return False

    try:
        until(answers, SECONDS_TO_START, f"an answer of Tryton on {server.url}")
    except BaseException:
        server.stop()
        raise
    return server


def _environment(place: Path) -> Path:
    """The interpreter with Tryton installed; its stamp is written last, so that half a one is made anew."""
    target = place / f"env-{_digest(sys.version, *REQUIREMENTS, CONSTRAINTS.read_text('utf-8'))}"
    python, stamp = target / "bin" / "python", target / ".made"
    if not stamp.exists():
        _run("the environment", [sys.executable, "-m", "venv", "--clear", str(target)])
        pip = [str(python), "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check"]
        _run(
            f"the packages {', '.join(REQUIREMENTS)}", [*pip, "--constraint", str(CONSTRAINTS), *REQUIREMENTS]
        )
        stamp.touch()
    return python


def _template(place: Path, python: Path) -> Template:
    """The database with the company, and what is known of it; keyed by everything that it is made from."""
    sources = (python.parents[1].name, COMPANY_SCRIPT.read_text("utf-8"), _CONFIGURATION)
    target = place / f"template-{_digest(*sources)}"
    known_file, database = target / "known.json", target / f"{DATABASE}.sqlite"
    password_file = target / "admin-password"
    if not known_file.exists():
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(mode=0o700)
        database.touch(0o600)
        password_file.touch(0o600)
        password_file.write_text(secrets.token_urlsafe(18), "utf-8")
        configuration = target / "trytond.conf"
        configuration.write_text(_CONFIGURATION.format(path=target, host=HOST, port=0), "utf-8")
        admin = [str(python), "-m", "trytond.cli.admin", "-c", str(configuration), "-d", DATABASE]
        email = ("--email", "admin@example.org")
        _run(
            "the database",
            [*admin, "--all", "-u", "account_invoice", "--activate-dependencies", "--no-indexes", *email],
            TRYTONPASSFILE=str(password_file),
        )
        made = target / "known.partial"
        _run(
            "the company",
            [str(python), str(COMPANY_SCRIPT), DATABASE, str(configuration), str(made)],
        )
        # One file holds everything: what SQLite still has beside it is taken in.
        with sqlite3.connect(database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        made.rename(known_file)
    return Template(python, database, known_file, password_file, known_company(known_file))


def known_company(known_file: Path) -> KnownCompany:
    """What the script that made a company wrote about it."""
    return KnownCompany(**json.loads(known_file.read_text("utf-8")))


def _run(what: str, command: Sequence[str], **variables: str) -> None:
    done = subprocess.run(
        command,
        env=_clean_environment() | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = "\n".join(f"{done.stdout}\n{done.stderr}".strip().splitlines()[-15:])
        raise TrytonMissingError(
            f"{what} of Tryton could not be made, which the tests of the sync need ({command[0]} ended with "
            f"{done.returncode}):\n{last}"
        )


def _clean_environment() -> dict[str, str]:
    """Nothing of the caller's settings for Tryton or Python gets in."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TRYTON", "PYTHONPATH", "VIRTUAL_ENV"))
    }


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
