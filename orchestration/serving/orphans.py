"""A process that does not outlive the one that started it: a killed parent says nothing to its children."""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time
from typing import Final

_POLL_SECONDS: Final = 0.5
_SECONDS_TO_END: Final = 10.0


def end_with_parent(parent: int) -> None:
    """From now on this process ends in order when `parent`, which started it, is gone; else by force."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_POLL_SECONDS)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(_SECONDS_TO_END)
        os._exit(1)

    threading.Thread(target=watch, name="end with parent", daemon=True).start()


def main() -> None:
    """Runs a module with its arguments as `python -m` does: PARENT MODULE [ARGUMENT...]."""
    parent, module, *arguments = sys.argv[1:]
    end_with_parent(int(parent))
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except KeyboardInterrupt:
        # It was told to end, and has: whoever told it says so.
        sys.exit(0)


if __name__ == "__main__":
    main()
