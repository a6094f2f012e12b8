"""Servers in processes of their own: `partita start` over a home, and Dagster over the empty project.

What belongs here: starting, asking over GraphQL, and ending all of what was started, by process id. What
does not: measuring. Loads nothing heavy, since the process that measures stays small.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psutil  # type: ignore[import-untyped]

from benchmarks.harness import ROOT, partita

HOST: Final = "127.0.0.1"
SECONDS_TO_ANSWER: Final = 180
SECONDS_TO_STOP: Final = 60
SECONDS_BETWEEN_LOOKS: Final = 0.05

_REPOSITORY: Final = """
query { repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }
"""
_LAUNCH: Final = """
mutation($parameters: ExecutionParams!) {
  launchPipelineExecution(executionParams: $parameters) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  }
}
"""
_ADD_PARTITION: Final = """
mutation($repository: RepositorySelector!, $name: String!, $key: String!) {
  addDynamicPartition(repositorySelector: $repository, partitionsDefName: $name, partitionKey: $key) {
    __typename ... on PythonError { message }
  }
}
"""
_STATUSES: Final = """
query($ids: [String!]) {
  runsOrError(filter: {runIds: $ids}, limit: 1000) { ... on Runs { results { runId status } } }
}
"""
_UNFINISHED: Final = """
query {
  runsOrError(filter: {statuses: [QUEUED, NOT_STARTED, STARTING, STARTED, CANCELING]}) {
    ... on Runs { results { runId } }
  }
}
"""
_ENDED: Final = frozenset({"SUCCESS", "FAILURE", "CANCELED"})


class Server:
    """A Dagster webserver that answers on a port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, query: str, variables: Mapping[str, object] | None = None) -> dict[str, Any]:
        """The data that a GraphQL query or mutation returns. Raises RuntimeError if it returns errors."""
        body = json.dumps({"query": query, "variables": dict(variables or {})}).encode()
        request = urllib.request.Request(
            f"http://{HOST}:{self.port}/graphql", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.loads(response.read())
        if answer.get("errors"):
            raise RuntimeError(str(answer["errors"]))
        data: dict[str, Any] = answer["data"]
        return data

    def repository(self) -> dict[str, str]:
        """The selector of the one repository that is served."""
        nodes = self.ask(_REPOSITORY)["repositoriesOrError"]["nodes"]
        (node,) = nodes
        return {"repositoryName": node["name"], "repositoryLocationName": node["location"]["name"]}

    def add_partition(self, name: str, key: str) -> None:
        """Adds a key to a dynamic partitions definition."""
        variables = {"repository": self.repository(), "name": name, "key": key}
        answer = self.ask(_ADD_PARTITION, variables)["addDynamicPartition"]
        if answer["__typename"] != "AddDynamicPartitionSuccess":
            raise RuntimeError(str(answer))

    def launch(self, job: str, partition: str | None = None) -> str:
        """Launches a run of a job as the UI does; its id."""
        tags = [{"key": "dagster/partition", "value": partition}] if partition else []
        parameters = {
            "selector": {**self.repository(), "pipelineName": job},
            "mode": "default",
            "executionMetadata": {"tags": tags},
        }
        answer = self.ask(_LAUNCH, {"parameters": parameters})["launchPipelineExecution"]
        if answer["__typename"] != "LaunchRunSuccess":
            raise RuntimeError(str(answer))
        return str(answer["run"]["runId"])

    def wait_for(self, run_ids: Sequence[str], at_most_seconds: float) -> None:
        """Waits until all runs have succeeded. Raises RuntimeError if one fails, TimeoutError if it lasts."""
        deadline = time.monotonic() + at_most_seconds
        while time.monotonic() < deadline:
            runs = self.ask(_STATUSES, {"ids": list(run_ids)})["runsOrError"]["results"]
            statuses = [run["status"] for run in runs]
            if any(status in _ENDED and status != "SUCCESS" for status in statuses):
                raise RuntimeError(f"runs ended as {sorted(set(statuses))}")
            if len(statuses) == len(run_ids) and set(statuses) == {"SUCCESS"}:
                return
            time.sleep(SECONDS_BETWEEN_LOOKS)
        raise TimeoutError(f"{len(run_ids)} runs did not end within {at_most_seconds:g} s")

    def wait_until_idle(self, at_most_seconds: float) -> None:
        """Waits until no run is queued or under way. Raises TimeoutError if it lasts."""
        deadline = time.monotonic() + at_most_seconds
        while self.ask(_UNFINISHED)["runsOrError"]["results"]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"runs were still under way after {at_most_seconds:g} s")
            time.sleep(SECONDS_BETWEEN_LOOKS)


@contextmanager
def serving_partita(home: Path) -> Iterator[Server]:
    """`partita start` over a home, from the moment its UI answers; everything it started ends with it."""
    port = free_port()
    command = [*partita(), "start", "--port", str(port)]
    with _running(command, {"PARTITA_HOME": str(home)}, home.parent / f"{home.name}.log", port) as server:
        yield server


@contextmanager
def serving_nothing(folder: Path) -> Iterator[Server]:
    """Dagster's UI and daemon over the empty project, with the settings that Partita gives it."""
    folder.mkdir()
    shutil.copyfile(ROOT / "orchestration" / "dagster.yaml", folder / "dagster.yaml")
    port = free_port()
    command = [sys.executable, "-m", "dagster", "dev", "--host", HOST, "--port", str(port)]
    command += ["--module-name", "benchmarks.empty_definitions", "--log-level", "warning"]
    environment = {"DAGSTER_HOME": str(folder), "PYTHONWARNINGS": "ignore"}
    with _running(command, environment, folder.parent / f"{folder.name}.log", port) as server:
        yield server


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def _running(
    command: Sequence[str], environment: Mapping[str, str], log: Path, port: int
) -> Iterator[Server]:
    with log.open("wb") as output:
        # In a session of its own, so that a signal to its group reaches Dagster's helpers and nobody else.
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_it_answers(process, port)
        yield Server(port)
    except BaseException:
        print(log.read_text("utf-8", "replace")[-3000:], file=sys.stderr)
        raise
    finally:
        _end(process)


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with suppress(OSError, urllib.error.URLError):
            urllib.request.urlopen(f"http://{HOST}:{port}/server_info", timeout=5).close()
            return
        time.sleep(0.2)
    raise TimeoutError(f"the server did not answer within {SECONDS_TO_ANSWER} s")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a server and everything that it started, which may have left its process group."""
    try:
        helpers = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        helpers = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(timeout=SECONDS_TO_STOP)
            break
        except subprocess.TimeoutExpired:
            continue
    _, left = psutil.wait_procs(helpers, timeout=10)
    for helper in left:
        with suppress(psutil.NoSuchProcess):
            helper.kill()
    psutil.wait_procs(left, timeout=10)
