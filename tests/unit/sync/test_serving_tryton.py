"""`make tryton` says what goes into settings.csv, and shows the key to nobody but its owner."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assets.settings import option_values
from assets.sync.secrets import secrets_of
from assets.sync.target import TargetSettings
from assets.sync.targets.tryton import TrytonTarget
from samples.programs.tryton import ROOT, prepared
from samples.programs.tryton_documents import customer
from samples.waiting import free_port, until

pytestmark = pytest.mark.check


def test_the_tryton_that_is_served_can_be_used_with_what_it_says_and_ends_when_it_is_told_to(
    tmp_path: Path,
) -> None:
    prepared()
    place, port, output = tmp_path / "company", free_port(), tmp_path / "output"
    options = ["--port", str(port), "--company", "BREZZA", "--folder", str(place)]
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "samples.programs.serve_tryton", "serve", *options],
            cwd=ROOT,
            stdout=stream,
        )
    try:
        until(lambda: "BREZZA.env" in output.read_text("utf-8"), 90, "what Tryton says when it serves")
        said = output.read_text("utf-8")
        secrets = secrets_of(place, "BREZZA")
        settings = [line.split(",", 2)[1:] for line in said.split() if line.startswith("BREZZA,")]
        assert dict(settings).keys() == {"sync_target", "sync_url", "sync_options"}
        url, options_said = dict(settings)["sync_url"], option_values(dict(settings)["sync_options"])
        target = TrytonTarget(TargetSettings("BREZZA", url, options_said, secrets))
        assert target.find_customers([customer("NOBODY")]) == {}
        target.close()
        assert secrets["key"] not in said
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 128 + signal.SIGTERM
