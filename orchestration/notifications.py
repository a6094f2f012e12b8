"""Tells somebody that documents are to be registered: starts a command, or posts to an address (F01).

Belongs here: how the message leaves, and that nothing else stops if it does not. Does not: when to send one.
The message has counts only, and kinds of errors: no names, numbers or amounts leave the home.
"""

from __future__ import annotations

import http.client
import json
import os
import shlex
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from assets.invoices.registering import DeliveryOutcome
from assets.settings import Settings

SECONDS: Final = 10.0
"""How long a command or a server may take."""

EVENT: Final = "documents_to_register"


def message(outcomes: Iterable[DeliveryOutcome]) -> dict[str, str | int]:
    """What is said of the deliveries of a run of which something is left to do."""
    left = [outcome for outcome in outcomes if not outcome.is_closed]
    return {
        "event": EVENT,
        "delivery_count": len(left),
        "document_count": _sum(left, "document_count"),
        "registered_count": _sum(left, "registered_count"),
        "to_register_count": _sum(left, "waiting_count"),
        "open_file_count": _sum(left, "open_file_count"),
    }


def _sum(outcomes: Iterable[DeliveryOutcome], name: str) -> int:
    return sum(outcome.counts[name] for outcome in outcomes)


def notify(settings: Settings, content: Mapping[str, object], warn: Callable[[str], None]) -> None:
    """Sends the message by every way that the settings name. What fails is told to `warn`, in words."""
    data = json.dumps(dict(content)).encode("utf-8")
    ways = (("notification_command", _start), ("notification_url", _post))
    for name, send in ways:
        target = settings.get(name).strip()
        if not target:
            continue
        problem = send(target, data)
        if problem is not None:
            warn(f"the notification was not delivered: {name} of settings.csv {problem}")


def _start(command: str, data: bytes) -> str | None:
    """Starts the command without a shell, the message on its standard input; what went wrong."""
    try:
        arguments = shlex.split(command)
    except ValueError as error:
        return f"cannot be taken apart ({error})"
    try:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # A group of its own, so that what the command started ends with it.
            start_new_session=True,
        )
    except OSError as error:
        return f"cannot be started ({error.strerror})"
    try:
        process.communicate(data, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return f"took longer than {SECONDS:g} seconds and was ended"
    return None if process.returncode == 0 else f"ended with {process.returncode}"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A message goes to the address that the settings name, and nowhere else."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: object,
        code: int,
        msg: str,
        headers: object,
        newurl: str,
    ) -> None:
        """No other request is made; the answer counts as an error."""


def _post(address: str, data: bytes) -> str | None:
    """Posts the message as JSON; what went wrong."""
    try:
        request = urllib.request.Request(
            address, data, {"Content-Type": "application/json", "User-Agent": "partita"}
        )
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=SECONDS):
            return None
    except urllib.error.HTTPError as error:
        error.close()
        return f"answered {error.code}"
    except urllib.error.URLError as error:
        return f"cannot be reached ({error.reason})"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"cannot be reached ({error})"
