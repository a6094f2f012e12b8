"""`partita start` as a real process: it imports, keeps to itself, survives being killed, and ends clean."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import psutil
import pytest

from tests.support import ledgers, servers
from tests.support.ledgers import ReferenceData, open_item
from tests.support.payments import leg, move, pay, trace
from tests.support.pipelines import key_of
from tests.support.servers import Server
from tests.support.waiting import until

SECONDS_TO_IMPORT: Final = 60.0
REPOSITORY: Final = Path(__file__).resolve().parents[2]

_STATES: Final = """
query($asset: AssetKeyInput!) {
  assetNodeOrError(assetKey: $asset) {
    ... on AssetNode {
      assetPartitionStatuses {
        ... on DefaultPartitionStatuses { materializedPartitions failedPartitions unmaterializedPartitions }
      }
    }
  }
}
"""
_RUNS: Final = "{ runsOrError { ... on Runs { results { runId status } } } }"


def write_reference(root: Path) -> None:
    """Reference data for a home that was never used; the rest is made by the start."""
    data = ReferenceData(items=(open_item("FT-1", "100.00"), open_item("FT-2", "5000.00")))
    ledgers.write_files(root / "reference", data.files())


def many_files(root: Path, count: int) -> list[str]:
    """Drops so many small files at once; their partition keys."""
    keys = []
    for number in range(1, count + 1):
        content = trace(pay(f"-{number}.00", "FT-2", "A", entry=1000 + number))
        name = f"RITCOGE_{number:03d}.txt"
        waiting = root / "inbox" / f".{name}"
        waiting.write_bytes(content)
        waiting.rename(root / "inbox" / name)
        keys.append(key_of(name, content))
    return keys


def imports_of(server: Server) -> dict[str, str]:
    """Every import with its status, as the command line lists them."""
    answer = servers.run_partita(server.root, "status", "--json", "--limit", "1000")
    return {row["partition_key"]: row["status"] for row in answer["last_imports"]}  # type: ignore[attr-defined]


def green_files(server: Server, asset: str = "trace_postings") -> list[str]:
    """The partitions that the UI shows as materialized."""
    answer = server.graphql(_STATES, {"asset": {"path": [asset]}})
    return sorted(answer["assetNodeOrError"]["assetPartitionStatuses"]["materializedPartitions"])  # type: ignore[index]


def runs_of(server: Server) -> list[str]:
    """The status of every run, the oldest first."""
    answer = server.graphql(_RUNS)
    return [run["status"] for run in reversed(answer["runsOrError"]["results"])]  # type: ignore[index]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A home that `partita start` serves, with the sample company's folder named but never used."""
    root = tmp_path_factory.mktemp("start") / "home"
    write_reference(root)
    with servers.serving(root) as running:
        yield running


def test_d01_a_file_dropped_into_the_inbox_is_posted_without_a_click(server: Server) -> None:
    """D01, D06: the good file is posted, the bad one is kept apart; the terminal shows a line for each."""
    good, bad = trace(pay("-100.00", "FT-1")), trace(move(leg("-20.00", account="1500099"), entry=2))
    keys = {key_of("RITCOGE_A.txt", good): "posted", key_of("RITCOGE_B.txt", bad): "failed"}
    (server.root / "inbox" / "RITCOGE_A.txt").write_bytes(good)
    (server.root / "inbox" / "RITCOGE_B.txt").write_bytes(bad)

    until(lambda: imports_of(server) == keys, SECONDS_TO_IMPORT, "both files are imported")

    until(lambda: runs_of(server) == ["FAILURE"], SECONDS_TO_IMPORT, "the run of both has ended")
    assert green_files(server) == [key_of("RITCOGE_A.txt", good)]
    assert (server.root / "processed" / key_of("RITCOGE_A.txt", good)).read_bytes() == good
    assert (server.root / "failed" / key_of("RITCOGE_B.txt", bad)).read_bytes() == bad


def test_o02_the_terminal_shows_one_line_per_file_and_no_stack_trace(server: Server) -> None:
    """O02: a file with findings is everyday; what people see is its line, not the insides of Dagster."""
    content = trace(pay("-1.00", "FT-2", "A", entry=3))
    (server.root / "inbox" / "RITCOGE_C.txt").write_bytes(content)
    (server.root / "inbox" / "RITCOGE_D.txt").write_bytes(b"asset;value\r\n")
    until(lambda: "RITCOGE_D@" in server.output(), SECONDS_TO_IMPORT, "the line of the second file")

    said = server.output()

    assert {noise: said.count(noise) for noise in ("DEBUG", "Stack Trace", "Traceback", "STEP_")} == {
        "DEBUG": 0,
        "Stack Trace": 0,
        "Traceback": 0,
        "STEP_": 0,
    }


def test_d01_the_ui_answers_on_the_loopback_address_and_nowhere_else(server: Server) -> None:
    """D01: the UI has no log-in, so that nobody on the network may reach it."""
    with urllib.request.urlopen(server.address, timeout=30) as response:
        assert response.status == 200
    assert servers.listening_addresses(server.family()) == {("127.0.0.1", server.port)}


def test_d13_a_second_start_on_the_same_home_is_refused(server: Server) -> None:
    """D13: two daemons would import the same files; the message names the home and what to do."""
    second = servers.launch(server.root)
    code = second.process.wait(60)

    assert code == 1
    assert (
        f"another Partita serves {server.root} already: stop it first, or choose another PARTITA_HOME"
        in second.output()
    )
    assert server.process.poll() is None, "the first one goes on"


def test_d13_a_start_on_a_port_that_is_taken_is_refused(server: Server, tmp_path: Path) -> None:
    """D13: the message says which other port may do."""
    write_reference(tmp_path / "home")
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        other = servers.launch(tmp_path / "home", port=port)
        code = other.process.wait(60)

    assert code == 1
    assert f"port {port} is taken" in other.output()


def test_d13_after_killing_everything_a_restart_finds_the_files_again(server: Server) -> None:
    """D13: the cut-off run is marked failed and its slot freed; every file is posted once and green."""
    before = imports_of(server)
    keys = many_files(server.root, 60)
    processed = server.root / "processed"
    until(lambda: (processed / keys[0]).exists(), SECONDS_TO_IMPORT, "the first of many files is posted")
    server.kill()
    left = len(list((server.root / "inbox").iterdir()))

    again = servers.launch(server.root)
    try:
        again.wait_for_address()
        expected = before | dict.fromkeys(keys, "posted")
        until(lambda: imports_of(again) == expected, SECONDS_TO_IMPORT, "every file is imported")
        until(lambda: set(keys) <= set(green_files(again)), SECONDS_TO_IMPORT, "every file is green")
        runs, output = runs_of(again), again.output()
        family = again.family()
        code = again.terminate()
    finally:
        servers.end(again)

    assert left > 0, "the kill came while files were under way"
    assert "1 runs were cut off when Partita was last stopped; their files are found again." in output
    assert "STARTED" not in runs
    assert (code, _alive(family)) == (0, [])
    assert again.output().splitlines()[-1] == (
        "Partita has stopped. Nothing is lost: files under way are found again at the next start."
    )


def _alive(family: list[psutil.Process]) -> list[str]:
    """What is left of these processes; a process that ended but was not waited for yet is not."""
    _, alive = psutil.wait_procs(family, servers.SECONDS_TO_STOP)
    return [str(process) for process in alive]


def test_d01_the_sample_month_is_for_a_home_that_was_never_used(tmp_path: Path) -> None:
    """D01: Ctrl-C before the UI answers ends the start as well; nothing of the samples is imported twice."""
    server = servers.launch(tmp_path / "home", "--samples", str(REPOSITORY / "data"))
    try:
        inbox = tmp_path / "home" / "inbox"
        until(lambda: inbox.is_dir() and len(list(inbox.iterdir())) == 18, 60, "the samples are in the inbox")
        lock = tmp_path / "home" / "ledger" / "partita.duckdb"
        until(lambda: len(server.family()) > 1 and lock.exists(), 60, "Dagster is starting")
        family = server.family()
        server.process.send_signal(signal.SIGINT)
        code = server.process.wait(servers.SECONDS_TO_STOP)
    finally:
        servers.end(server)

    assert (code, _alive(family)) == (0, [])
    assert len(list(inbox.iterdir())) == 18


@pytest.mark.faults
def test_d13_a_stop_in_the_middle_of_a_run_leaves_no_posted_file_red(tmp_path: Path) -> None:
    """D13, O03: "failed and missing" names what is not in the ledger, also after an everyday stop."""
    root = tmp_path / "home"
    write_reference(root)
    with servers.serving(root) as first:
        keys = many_files(root, 60)
        processed = root / "processed"
        until(lambda: (processed / keys[0]).exists(), SECONDS_TO_IMPORT, "the first of many files is posted")
        assert first.terminate() == 0
    assert list((root / "inbox").iterdir()), "the stop came while files were under way"
    with servers.serving(root) as second:
        everything = dict.fromkeys(keys, "posted")
        until(lambda: imports_of(second) == everything, SECONDS_TO_IMPORT, "every file is imported")
        until(lambda: green_files(second) == sorted(keys), SECONDS_TO_IMPORT, "every file is green")


def test_o06_status_answers_while_the_server_imports(server: Server) -> None:
    """O06: readers wait for a bounded time and then get a consistent answer."""
    done = subprocess.run(
        [servers.PARTITA, "status", "--json"],
        env={"PARTITA_HOME": str(server.root), "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(done.stdout)
    assert answer["home"] == str(server.root)
