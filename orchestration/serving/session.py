"""The secret of a home's sessions: whoever can read the home may use its UI, and nobody else."""

from __future__ import annotations

import getpass
import os
import secrets
from pathlib import Path
from typing import Final

from assets.errors import OperatingError
from assets.home import Home
from orchestration.serving.guard import TOKEN

HOST: Final = "127.0.0.1"
"""Where a home is served: nobody on the network may reach it."""

_BYTES: Final = 32
_OWNER_ONLY: Final = 0o600


def token_path(home: Home) -> Path:
    """Where the secret is kept, so that open pages go on after a restart."""
    return home.dagster / "session.token"


def session_token(home: Home) -> str:
    """The secret of this home, made when it is asked for first. Remove its file to end every session.

    Raises:
        OperatingError: if it can be neither read nor made, or others may read it.
    """
    path = token_path(home)
    try:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        except FileExistsError:
            if path.stat().st_mode & 0o077:
                raise OperatingError(
                    f"others may read {path}: remove it, a new one is made at the next start"
                ) from None
            token = path.read_text("ascii").strip()
            if len(token) < _BYTES:
                raise OperatingError(f"{path} is damaged: remove it, a new one is made") from None
            return token
        token = secrets.token_urlsafe(_BYTES)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(f"{token}\n")
    except (OSError, UnicodeDecodeError) as error:
        raise OperatingError(f"{path} cannot be read or made: {error}") from error
    return token


def session_user() -> str:
    """Whose sessions they are: the user who runs Partita; by number where the machine has no name for him."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def write_port(home: Home, port: int) -> None:
    """Notes on which port this home is served, for `opening_address`."""
    (home.dagster / "session.port").write_text(f"{port}\n")


def opening_address(home: Home) -> str:
    """The address that opens the UI of this home, with its token, by the port of its last start.

    Raises:
        OperatingError: if it was never served, or the secret cannot be read.
    """
    try:
        port = int((home.dagster / "session.port").read_text())
    except (OSError, ValueError) as error:
        raise OperatingError(f"{home.root} was never served: `make run` or `partita start` does") from error
    return f"http://{HOST}:{port}/?{TOKEN}={session_token(home)}"
