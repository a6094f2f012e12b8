"""`partita start` as a real process: it imports, keeps to itself, survives being killed, and ends clean."""

from __future__ import annotations

import json
import signal
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

import psutil
import pytest

from assets.detection.keys import dropped_name
from assets.ledger.store import Ledger
from orchestration.serving.session import session_user
from samples.payments import leg, move, pay, trace
from samples.waiting import until
from tests.support import ledgers, servers
from tests.support.ledgers import ReferenceData, open_item, setting
from tests.support.servers import Server

pytestmark = pytest.mark.check

SECONDS_TO_IMPORT: Final = 120.0
REPOSITORY: Final = Path(__file__).resolve().parents[2]

GOOD: Final = trace(pay("-100.00", "FT-1"))
BAD: Final = trace(move(leg("-20.00", account="1500099"), entry=2))

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
    data = ReferenceData(
        items=(open_item("FT-1", "100.00"), open_item("FT-2", "5000.00")),
        settings=(setting("quiet_seconds", "0"),),
    )
    ledgers.write_files(root / "reference", data.files())


def drop(root: Path, files: Mapping[str, bytes]) -> list[str]:
    """Puts files into the inbox, all of them between two looks of the sensor; their names."""
    inbox = root / "inbox"
    for name, content in files.items():
        (inbox / f".{name}").write_bytes(content)
    for name in files:
        (inbox / f".{name}").rename(inbox / name)
    return list(files)


def many_files(count: int) -> dict[str, bytes]:
    """So many files of one small payment each."""
    return {
        f"RITCOGE_{number:03d}.txt": trace(pay(f"-{number}.00", "FT-2", "A", entry=1000 + number))
        for number in range(1, count + 1)
    }


def imports_in(root: Path) -> dict[str, str]:
    """Every import by the name of its file with its status, as the ledger has them."""
    with Ledger(root / "ledger").reading() as connection:
        return dict(connection.execute("SELECT source_file, status FROM ledger.file_import").fetchall())


def green_files(server: Server, asset: str = "trace_postings") -> list[str]:
    """The files whose partitions the UI shows as materialized, by name."""
    answer = server.graphql(_STATES, {"asset": {"path": [asset]}})
    keys = answer["assetNodeOrError"]["assetPartitionStatuses"]["materializedPartitions"]
    return sorted(dropped_name(key, key) for key in keys)


def runs_of(server: Server) -> list[str]:
    """The status of every run, the oldest first."""
    answer = server.graphql(_RUNS)
    return [run["status"] for run in reversed(answer["runsOrError"]["results"])]


def wait_for_runs(server: Server) -> list[str]:
    """The status of every run, after all have ended."""

    def look() -> list[str] | None:
        runs = runs_of(server)
        return runs if runs and set(runs) <= {"SUCCESS", "FAILURE"} else None

    return until(look, SECONDS_TO_IMPORT, "all runs have ended")


_LAUNCH_CORRECTION: Final = """
mutation($config: RunConfigData!) { launchPipelineExecution(executionParams: {
  selector: {repositoryLocationName: "orchestration.definitions", repositoryName: "__repository__",
             pipelineName: "correct_ledger_job"}, mode: "default", runConfigData: $config,
  executionMetadata: {tags: [{key: "requested_by", value: "mallory"},
                             {key: "partita/session_user", value: "mallory"}]}})
  { __typename ... on LaunchRunSuccess { run { runId } } } }
"""
_RUN: Final = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status tags { key value } } } }"
_CLAIMS: Final = json.dumps(
    {
        "ops": {
            "correct_ledger": {
                "config": {
                    "kind": "write-off",
                    "arguments": "{}",
                    "requested_by": "mallory",
                    "reason": "a trial",
                }
            }
        }
    }
)
"""A correction that names another user, and that ends without a change: it says of no item."""


def alive(family: list[psutil.Process]) -> list[str]:
    """What is left of these processes after a while."""
    _, left = psutil.wait_procs(family, servers.SECONDS_TO_STOP)
    return [str(process) for process in left]


class Imported(NamedTuple):
    """A server after it took a good and a bad file, and what the command line said of them."""

    server: Server
    status: dict[str, Any]

    def keys(self) -> list[str]:
        """The partition keys of the files, by name."""
        rows = sorted(self.status["last_imports"], key=lambda row: row["source_file"])
        return [row["partition_key"] for row in rows]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    """A server on a home that was never used, after two files were dropped into its inbox."""
    root = tmp_path_factory.mktemp("start") / "home"
    write_reference(root)
    with servers.serving(root) as server:
        drop(root, {"RITCOGE_A.txt": GOOD, "RITCOGE_B.txt": BAD})

        def look() -> dict[str, object] | None:
            status = server.status()
            return status if len(status["last_imports"]) == 2 else None

        status = until(look, SECONDS_TO_IMPORT, "both files are imported")
        wait_for_runs(server)
        yield Imported(server, status)


def test_d01_a_file_dropped_into_the_inbox_is_posted_without_a_click(imported: Imported) -> None:
    """D01, D06: the good file is posted, the bad one is kept apart; both as they were."""
    root = imported.server.root
    assert imports_in(root) == {"RITCOGE_A.txt": "posted", "RITCOGE_B.txt": "failed"}
    good, bad = imported.keys()
    assert imported.status["inbox_file_count"] == 0
    assert green_files(imported.server) == ["RITCOGE_A.txt"]
    assert (root / "processed" / good).read_bytes() == GOOD
    assert (root / "failed" / bad).read_bytes() == BAD


def test_o02_the_terminal_shows_one_line_per_file_and_no_stack_trace(imported: Imported) -> None:
    """O02: a file with findings is everyday; what people see is its line, not the insides of Dagster."""
    said = imported.server.output()
    good, bad = imported.keys()
    assert [line.split(" INFO ")[1].split(";")[0] for line in said.splitlines() if " INFO " in line] == [
        f"I1 {good}: posted",
        f"I2 {bad}: failed",
    ]
    noises = ("DEBUG", "Stack Trace", "Traceback", "STEP_", "RUN_", "WARNING")
    assert {noise: said.count(noise) for noise in noises} == dict.fromkeys(noises, 0)


def test_d01_the_ui_answers_on_the_loopback_address_and_nowhere_else(imported: Imported) -> None:
    """D01: nobody on the network may reach the UI."""
    server = imported.server
    with urllib.request.urlopen(server.request(""), timeout=30) as response:
        assert response.status == 200
    assert servers.listening_addresses(server.family()) == {("127.0.0.1", server.port)}


def test_d01_a_run_of_the_ui_is_asked_for_by_the_user_who_started_partita(imported: Imported) -> None:
    """D01: whatever the request says of itself, in its tags, in its configuration and in its headers."""
    body = json.dumps({"query": _LAUNCH_CORRECTION, "variables": {"config": _CLAIMS}}).encode()
    request = imported.server.request(
        "graphql", body, Content_Type="application/json", X_Partita_User="mallory"
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        launched = json.load(response)["data"]["launchPipelineExecution"]
    assert launched["__typename"] == "LaunchRunSuccess"
    run_id = launched["run"]["runId"]

    def look() -> dict[str, str] | None:
        run = imported.server.graphql(_RUN, {"id": run_id})["runOrError"]
        return {tag["key"]: tag["value"] for tag in run["tags"]} if run["status"] == "FAILURE" else None

    tags = until(look, SECONDS_TO_IMPORT, "the correction has ended")
    assert (tags["requested_by"], tags["reason"]) == (session_user(), "a trial")


def test_d01_start_and_address_show_how_the_ui_is_opened(imported: Imported) -> None:
    """D01: the address has the token of the home; another program learns it from the home alone."""
    server = imported.server
    assert f"Partita is at {server.opening_address}" in server.output()
    assert servers.finished(server.root, "address").stdout == f"{server.opening_address}\n"


def test_d13_a_second_start_on_the_same_home_is_refused(imported: Imported) -> None:
    """D13: two daemons would import the same files; the message names the home and what to do."""
    second = servers.launch(imported.server.root)
    code = second.process.wait(60)

    assert code == 1
    assert (
        f"another Partita serves {imported.server.root} already: stop it first, or choose another "
        "PARTITA_HOME"
    ) in second.output()
    assert imported.server.process.poll() is None, "the first one goes on"


@pytest.mark.faults
def test_d13_after_killing_everything_a_restart_finds_the_files_again(imported: Imported) -> None:
    """D13: the cut-off run is marked failed and its slot freed; every file is posted once and green."""
    first = imported.server
    before = imports_in(first.root)
    names = drop(first.root, many_files(12))
    processed = first.root / "processed"
    until(
        lambda: list(processed.glob("*-RITCOGE_001@*.txt")),
        SECONDS_TO_IMPORT,
        "the first of many files is posted",
    )
    first.kill()
    left = len(list((first.root / "inbox").iterdir()))

    again = servers.launch(first.root)
    try:
        again.wait_for_address()
        everything = before | dict.fromkeys(names, "posted")
        until(lambda: imports_in(first.root) == everything, SECONDS_TO_IMPORT, "every file is imported")
        until(lambda: set(names) <= set(green_files(again)), SECONDS_TO_IMPORT, "every file is green")
        wait_for_runs(again)
        family = again.family()
        code = again.terminate()
    finally:
        servers.end(again)

    assert left > 0, "the kill came while files were under way"
    assert "1 run was cut off when Partita was last stopped; the files are found again." in again.output()
    assert (code, alive(family)) == (0, [])
    assert (
        "Partita has stopped. Nothing is lost: files under way are found again at the next start."
        in again.output()
    )


def is_starting_dagster(server: Server) -> bool:
    """Whether Dagster's process is there; libraries start others that live for a moment only."""
    for process in server.family()[1:]:
        with suppress(psutil.NoSuchProcess):
            if "dagster" in process.cmdline():
                return True
    return False


def test_d01_a_start_that_is_stopped_before_it_answers_leaves_nothing_behind(tmp_path: Path) -> None:
    """D01: Ctrl-C while Dagster is still starting; the sample waits for the next start."""
    root = tmp_path / "home"
    server = servers.launch(root, "--samples", str(REPOSITORY / "data" / "samples"))
    try:
        until(lambda: is_starting_dagster(server), 60, "Dagster is starting")
        family = server.family()
        server.process.send_signal(signal.SIGINT)
        code = server.process.wait(servers.SECONDS_TO_STOP)
    finally:
        servers.end(server)

    assert (code, alive(family)) == (0, [])
    assert len([path for path in (root / "inbox").iterdir() if path.is_file()]) == 26
    assert server.address not in server.output()


@pytest.mark.faults
def test_d13_a_start_that_is_killed_alone_takes_its_daemon_and_its_ui_with_it(tmp_path: Path) -> None:
    """D13: until they have ended, another start is refused, whatever its port; then it serves the home."""
    root = tmp_path / "home"
    write_reference(root)
    first = servers.launch(root)
    try:
        first.wait_for_address()
        family = first.family()
        # What is suspended takes its time to end.
        dagster = next(process for process in family if "dagster" in process.cmdline()[1:4])
        dagster.suspend()
        family[0].kill()
        first.process.wait(10)
        second = servers.launch(root)
        refused = second.process.wait(60)
        left = alive(family)
        third = servers.launch(root)
        try:
            third.wait_for_address()
            code = third.terminate()
        finally:
            servers.end(third)
    finally:
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    assert (refused, left, code) == (1, [], 0)
    assert f"another Partita serves {root} already: stop it first" in second.output()
    assert third.sentences()[-2:] == [
        "Stop with Ctrl-C.",
        "Partita has stopped. Nothing is lost: files under way are found again at the next start.",
    ]
