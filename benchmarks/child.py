"""Runs one function in this process: `python -m benchmarks.child MODULE:FUNCTION FILE`.

FILE holds the function's arguments as a JSON object, and afterwards its result.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path


def main() -> None:
    """Calls the function that the command line names."""
    function, handover = sys.argv[1], Path(sys.argv[2])
    module, _, name = function.partition(":")
    arguments = json.loads(handover.read_text("utf-8"))
    result = getattr(import_module(f"benchmarks.{module}"), name)(**arguments)
    handover.write_text(json.dumps(result), "utf-8")


if __name__ == "__main__":
    main()
