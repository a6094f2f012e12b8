"""Serves a home: Dagster's webserver behind the guard in this process, code server and daemon as children.

`partita start` runs it, with the port, in a process group of its own. It ends in order by INT or TERM, and
when the daemon ends by itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import uvicorn
from dagster import DagsterInstance
from dagster._cli.proxy_server_manager import ProxyServerManager
from dagster._core.workspace.load_target import ModuleTarget, WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__

from assets.home import home_from_environment
from orchestration.instance import CODE_LOCATION
from orchestration.serving.attribution import SessionProcessContext
from orchestration.serving.guard import Guard
from orchestration.serving.session import HOST, session_token, session_user

NAMES: Final = (HOST, "localhost")

_SECONDS_TO_STOP: Final = 10.0
_LOG_LEVEL: Final = "error"
_POLL_MILLISECONDS: Final = 2_000


def main(port: int) -> int:
    """Serves until a signal or a child ends it; the exit code."""
    home = home_from_environment()
    target = ModuleTarget(CODE_LOCATION, attribute=None, working_directory=None, location_name=None)
    with (
        DagsterInstance.get() as instance,
        ProxyServerManager(instance, target, code_server_log_level=_LOG_LEVEL.upper()) as code_servers,
        tempfile.TemporaryDirectory() as folder,
    ):
        workspace = Path(folder) / "workspace.yaml"
        # What Dagster reads as YAML may be JSON.
        workspace.write_text(json.dumps({"load_from": list(code_servers.get_code_server_specs())}))
        with SessionProcessContext(
            instance, WorkspaceFileTarget([str(workspace)]), version=__version__
        ) as context:
            app = create_app_from_workspace_process_context(context, live_data_poll_rate=_POLL_MILLISECONDS)
            guard = Guard(
                app,
                hosts=[f"{name}:{port}" for name in NAMES],
                token=session_token(home),
                user=session_user(),
            )
            server = uvicorn.Server(uvicorn.Config(guard, host=HOST, port=port, log_level=_LOG_LEVEL))
            with _daemon(workspace, server) as daemon:
                server.run()
                return daemon.poll() or 0


@contextmanager
def _daemon(workspace: Path, server: uvicorn.Server) -> Iterator[subprocess.Popen[bytes]]:
    """Dagster's daemon as a child; the server stops when it ends by itself."""
    arguments = ("run", "--workspace", str(workspace), "--log-level", _LOG_LEVEL)
    watched = ("-m", "orchestration.serving.orphans", str(os.getpid()), "dagster._daemon", *arguments)
    child = subprocess.Popen([sys.executable, *watched])

    def watch() -> None:
        child.wait()
        server.should_exit = True

    threading.Thread(target=watch, name="watch the daemon", daemon=True).start()
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            child.kill()


if __name__ == "__main__":
    try:
        sys.exit(main(int(sys.argv[1])))
    except KeyboardInterrupt:
        # It was told to end, and everything has: whoever told it says so.
        sys.exit(0)
