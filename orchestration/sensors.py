"""The sensors that look into the inboxes of traces, of e-invoices and of sales invoices."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import dagster as dg

from assets.detection.lying import INBOXES, LeftLying, left_lying
from assets.errors import OperatingError, TransientError
from assets.home import Home
from assets.ledger.store import utc_now
from assets.settings import Settings
from assets.wording import counted
from orchestration.deliveries import DELIVERIES_PER_RUN, gather
from orchestration.freeing import free_what_the_dead_held
from orchestration.imports import KEYS_PER_RUN, TRACES, FileSource, current_settings, look
from orchestration.inbox_checks import result
from orchestration.jobs import IMPORT_SALES_JOB, IMPORT_TRACES_JOB, REGISTER_INVOICES_JOB
from orchestration.logs import TERMINAL
from orchestration.outcomes import evaluation
from orchestration.partitions import INVOICE_DELIVERIES, SALES_FILES, TRACE_FILES, range_tags, ranges
from orchestration.resources import HomeResource
from orchestration.retention import delete_old_runs
from orchestration.sales_imports import SALES

SECONDS_BETWEEN_LOOKS: Final = 5
SECONDS_BETWEEN_DELETIONS: Final = 3600
RUNS_PER_TICK: Final = 50
FIRST_PATIENCE: Final = dt.timedelta(minutes=1)
LONGEST_PATIENCE: Final = dt.timedelta(hours=1)

_LYING: Final = "lying"
"""In the cursor, beside the keys of files, each of which has an @, and as they are."""

_FILES_WAIT: Final = ("file waits for its run", "files wait for their run")

_ACTIVE: Final = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


@dg.sensor(
    name="trace_inbox_sensor",
    job=IMPORT_TRACES_JOB,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Looks into the inbox: new files that fit a mask and are no longer growing become partitions and "
        "runs, up to 100 files a run; files whose import is committed are moved to where they are kept."
    ),
)
def trace_inbox_sensor(
    context: dg.SensorEvaluationContext, home: HomeResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Compares the inbox with the ledger. The cursor holds when each file that waits was asked for."""
    source = _Source(
        IMPORT_TRACES_JOB.name,
        str(TRACE_FILES.name),
        KEYS_PER_RUN,
        _FILES_WAIT,
        "nothing new in the inbox",
        "trace_inbox",
    )
    yield from _files(context, home, TRACES, source)


@dg.sensor(
    name="sales_inbox_sensor",
    job=IMPORT_SALES_JOB,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Looks into the inbox of sales invoices: new files that fit a mask and are no longer growing become "
        "partitions and runs, up to 100 files a run; files whose import is committed are moved to where they "
        "are kept."
    ),
)
def sales_inbox_sensor(
    context: dg.SensorEvaluationContext, home: HomeResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Compares the inbox of sales invoices with the ledger, as that of traces."""
    source = _Source(
        IMPORT_SALES_JOB.name,
        str(SALES_FILES.name),
        KEYS_PER_RUN,
        _FILES_WAIT,
        "no new sales invoices",
        "sales_inbox",
    )
    yield from _files(context, home, SALES, source)


def _files(
    context: dg.SensorEvaluationContext, home: HomeResource, files: FileSource, source: "_Source"
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Asks for runs over the new files of an inbox."""
    # A command that was killed holds up the runs of the daemon too.
    free_what_the_dead_held(context.instance, has_daemon=True)
    ledger = home.ledger(patience=SECONDS_BETWEEN_LOOKS)
    try:
        folders, settings = home.home(ledger), current_settings(ledger)
        inbox = look(folders, ledger, settings, source=files)
        lying = _lying(folders, settings, source.inbox_name)
    except TransientError as error:
        yield dg.SkipReason(f"The next look tries again: {error}")
        return
    except OperatingError as error:
        raise dg.Failure(str(error)) from error
    keys = [file.partition_key for file in inbox.new]
    asked = _report_lying(context, source.inbox_name, lying)
    yield from _requests(context, source, asked, keys, inbox.again, inbox.tidied, inbox.deletions)


@dg.sensor(
    name="invoice_inbox_sensor",
    job=REGISTER_INVOICES_JOB,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Looks into the inbox of e-invoices: an archive becomes a delivery, single files are gathered into "
        "deliveries of at most 500; each delivery becomes a partition and is registered in a run."
    ),
)
def invoice_inbox_sensor(
    context: dg.SensorEvaluationContext, home: HomeResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Gathers deliveries in the ledger and asks for those that were never processed."""
    ledger = home.ledger(patience=SECONDS_BETWEEN_LOOKS)
    source = _Source(
        REGISTER_INVOICES_JOB.name,
        str(INVOICE_DELIVERIES.name),
        DELIVERIES_PER_RUN,
        ("delivery waits for its run", "deliveries wait for their run"),
        "no new e-invoices",
        "invoice_inbox",
    )
    try:
        folders, settings = home.home(ledger), current_settings(ledger)
        inbox = gather(folders, ledger, settings)
        lying = _lying(folders, settings, source.inbox_name)
    except TransientError as error:
        yield dg.SkipReason(f"The next look tries again: {error}")
        return
    except OperatingError as error:
        raise dg.Failure(str(error)) from error
    asked = _report_lying(context, source.inbox_name, lying)
    yield from _requests(context, source, asked, inbox.waiting, (), inbox.tidied)


@dg.sensor(
    name="run_retention_sensor",
    minimum_interval_seconds=SECONDS_BETWEEN_DELETIONS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Deletes Dagster's records of runs that ended more days ago than the setting run_retention_days "
        "says. The ledger keeps what they did."
    ),
)
def run_retention_sensor(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SkipReason:
    """Deletes as many old runs as there is time for; the next look goes on."""
    ledger = home.ledger(patience=SECONDS_BETWEEN_LOOKS)
    try:
        days = int(current_settings(ledger).get("run_retention_days"))
        before = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        deleted = delete_old_runs(context.instance, ledger, before)
    except TransientError as error:
        return dg.SkipReason(f"The next look tries again: {error}")
    ended = counted(deleted, "run that ended", "runs that ended")
    return dg.SkipReason(f"{ended} more than {counted(days, 'day')} ago deleted.")


def _lying(home: Home, settings: Settings, inbox_name: str) -> list[LeftLying]:
    """What lies in this inbox and is taken by no look."""
    inboxes = [inbox for inbox in INBOXES if inbox.asset_name == inbox_name]
    return left_lying(home, settings, utc_now(), inboxes)


def _report_lying(
    context: dg.SensorEvaluationContext, inbox_name: str, lying: Sequence[LeftLying]
) -> "_Asked":
    """Tells Dagster what lies in the inbox if that is not what it was told last; the cursor remembers it."""
    asked = _Asked.from_cursor(context.cursor)
    names = "\n".join(each.source_file for each in lying)
    digest = hashlib.sha256(names.encode()).hexdigest()[:16] if lying else ""
    if digest != asked.lying:
        context.instance.report_runless_asset_event(evaluation(result(inbox_name, lying)))
    return asked.with_lying(digest)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where keys become partitions and runs, what a tick without any says, and the asset of the inbox."""

    job_name: str
    partitions_name: str
    keys_per_run: int
    waits: tuple[str, str]
    nothing: str
    inbox_name: str


def _requests(
    context: dg.SensorEvaluationContext,
    source: _Source,
    asked: "_Asked",
    waiting: Sequence[str],
    again: Sequence[str],
    tidied: int,
    deletions: Mapping[str, int] = MappingProxyType({}),
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Asks for runs over the keys that wait, unless they were asked for just now; and over `again`."""
    now = dt.datetime.now(dt.UTC)
    due = [key for key in waiting if asked.is_due(key, now)]
    if any(asked.was_asked(key) for key in due) and _is_busy(context.instance, source.job_name):
        # What was asked for and is still here may just be on its way; wait for the runs to end.
        due = [key for key in due if not asked.was_asked(key)]
    if not due and not again:
        text = counted(len(waiting), *source.waits) if waiting else source.nothing
        kept = counted(tidied, "file moved to where it is kept", "files moved to where they are kept")
        moved = f", {kept}" if tidied else ""
        context.update_cursor(asked.only(waiting).to_cursor())
        yield dg.SkipReason(f"{text}{moved}.")
        return
    context.instance.add_dynamic_partitions(source.partitions_name, [*due, *again])
    order = context.instance.get_dynamic_partitions(source.partitions_name)
    for group in ranges(order, due, source.keys_per_run)[:RUNS_PER_TICK]:
        asked = asked.again(group, now)
        # A file whose import was deleted is another file to Dagster: it would not run the same request twice.
        which_time = f"{asked.times(group[0])}" + "".join(
            f";{deletions[key]}" for key in group if key in deletions
        )
        yield _request(group, which_time)
    for group in ranges(order, again, source.keys_per_run):
        yield _request(group, now.isoformat())
    context.update_cursor(asked.only(waiting).to_cursor())


def _request(keys: Sequence[str], which_time: str) -> dg.RunRequest:
    """A run over these neighbours; `which_time` tells it from earlier runs over the same files."""
    digest = hashlib.sha256("\n".join([*keys, which_time]).encode()).hexdigest()[:16]
    if len(keys) == 1:
        return dg.RunRequest(run_key=digest, run_config=TERMINAL, partition_key=keys[0])
    return dg.RunRequest(run_key=digest, run_config=TERMINAL, tags=range_tags(keys))


def _is_busy(instance: dg.DagsterInstance, job_name: str) -> bool:
    active = dg.RunsFilter(job_name=job_name, statuses=_ACTIVE)
    count: int = instance.get_runs_count(active)
    return count > 0


class _Asked:
    """When each waiting file was last asked for, and how often. A run that died is asked for anew, later
    each time, so that no file waits for ever and a file that cannot be imported does not fill the run list.

    `lying` stands for what lies in the inbox and was reported; blank for nothing.
    """

    def __init__(self, entries: dict[str, tuple[str, int]], lying: str = "") -> None:
        self._entries = entries
        self.lying = lying

    @classmethod
    def from_cursor(cls, cursor: str | None) -> "_Asked":
        entries = json.loads(cursor or "{}")
        lying, _ = entries.pop(_LYING, ("", 0))
        return cls({key: (at, times) for key, (at, times) in entries.items()}, lying)

    def to_cursor(self) -> str:
        return json.dumps(self._entries | ({_LYING: (self.lying, 0)} if self.lying else {}))

    def with_lying(self, lying: str) -> "_Asked":
        return _Asked(self._entries, lying)

    def was_asked(self, key: str) -> bool:
        return key in self._entries

    def times(self, key: str) -> int:
        return self._entries[key][1]

    def is_due(self, key: str, now: dt.datetime) -> bool:
        if key not in self._entries:
            return True
        at, times = self._entries[key]
        patience = min(FIRST_PATIENCE * (1 << min(times - 1, 10)), LONGEST_PATIENCE)
        return now - dt.datetime.fromisoformat(at) >= patience

    def again(self, keys: Sequence[str], now: dt.datetime) -> "_Asked":
        entries = dict(self._entries)
        for key in keys:
            entries[key] = (now.isoformat(), entries[key][1] + 1 if key in entries else 1)
        return _Asked(entries, self.lying)

    def only(self, keys: Sequence[str]) -> "_Asked":
        return _Asked({key: self._entries[key] for key in keys if key in self._entries}, self.lying)
