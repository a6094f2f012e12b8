"""The sensors that look into the inboxes of traces and of e-invoices."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Final

import dagster as dg

from assets.errors import OperatingError, TransientError
from orchestration.deliveries import DELIVERIES_PER_RUN, gather
from orchestration.imports import KEYS_PER_RUN, current_settings, look
from orchestration.jobs import IMPORT_TRACES_JOB, REGISTER_INVOICES_JOB
from orchestration.logs import TERMINAL
from orchestration.partitions import INVOICE_DELIVERIES, TRACE_FILES, range_tags, ranges
from orchestration.resources import HomeResource

SECONDS_BETWEEN_LOOKS: Final = 5
RUNS_PER_TICK: Final = 50
FIRST_PATIENCE: Final = dt.timedelta(minutes=1)
LONGEST_PATIENCE: Final = dt.timedelta(hours=1)

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
    ledger = home.ledger(patience=SECONDS_BETWEEN_LOOKS)
    try:
        inbox = look(home.home(ledger), ledger, current_settings(ledger))
    except TransientError as error:
        yield dg.SkipReason(f"The next look tries again: {error}")
        return
    except OperatingError as error:
        raise dg.Failure(str(error)) from error
    now = dt.datetime.now(dt.UTC)
    asked = _Asked.from_cursor(context.cursor)
    keys = [file.partition_key for file in inbox.new]
    due = [key for key in keys if asked.is_due(key, now)]
    if any(asked.was_asked(key) for key in due) and _is_busy(context.instance, IMPORT_TRACES_JOB.name):
        # A file that was asked for and is still here may just be on its way; wait for the runs to end.
        due = [key for key in due if not asked.was_asked(key)]
    if not due and not inbox.again:
        waiting = f"{len(keys)} files wait for their run" if keys else "nothing new in the inbox"
        moved = f", {inbox.tidied} files moved to where they are kept" if inbox.tidied else ""
        context.update_cursor(asked.only(keys).to_cursor())
        yield dg.SkipReason(f"{waiting}{moved}.")
        return
    known = set(context.instance.get_dynamic_partitions(str(TRACE_FILES.name)))
    context.instance.add_dynamic_partitions(
        str(TRACE_FILES.name), [key for key in [*due, *inbox.again] if key not in known]
    )
    order = context.instance.get_dynamic_partitions(str(TRACE_FILES.name))
    for group in ranges(order, due, KEYS_PER_RUN)[:RUNS_PER_TICK]:
        asked = asked.again(group, now)
        yield _request(group, str(asked.times(group[0])))
    for group in ranges(order, inbox.again, KEYS_PER_RUN):
        yield _request(group, now.isoformat())
    context.update_cursor(asked.only(keys).to_cursor())


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
    try:
        inbox = gather(home.home(ledger), ledger, current_settings(ledger))
    except TransientError as error:
        yield dg.SkipReason(f"The next look tries again: {error}")
        return
    except OperatingError as error:
        raise dg.Failure(str(error)) from error
    now = dt.datetime.now(dt.UTC)
    asked = _Asked.from_cursor(context.cursor)
    due = [key for key in inbox.waiting if asked.is_due(key, now)]
    if any(asked.was_asked(key) for key in due) and _is_busy(context.instance, REGISTER_INVOICES_JOB.name):
        due = [key for key in due if not asked.was_asked(key)]
    if not due:
        waiting = (
            f"{len(inbox.waiting)} deliveries wait for their run" if inbox.waiting else "no new e-invoices"
        )
        moved = f", {inbox.tidied} files moved to where they are kept" if inbox.tidied else ""
        context.update_cursor(asked.only(inbox.waiting).to_cursor())
        yield dg.SkipReason(f"{waiting}{moved}.")
        return
    name = str(INVOICE_DELIVERIES.name)
    known = set(context.instance.get_dynamic_partitions(name))
    context.instance.add_dynamic_partitions(name, [key for key in due if key not in known])
    for group in ranges(context.instance.get_dynamic_partitions(name), due, DELIVERIES_PER_RUN)[
        :RUNS_PER_TICK
    ]:
        asked = asked.again(group, now)
        yield _request(group, str(asked.times(group[0])))
    context.update_cursor(asked.only(inbox.waiting).to_cursor())


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
    """

    def __init__(self, entries: dict[str, tuple[str, int]]) -> None:
        self._entries = entries

    @classmethod
    def from_cursor(cls, cursor: str | None) -> "_Asked":
        return cls({key: (at, times) for key, (at, times) in json.loads(cursor or "{}").items()})

    def to_cursor(self) -> str:
        return json.dumps(self._entries)

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
        return _Asked(entries)

    def only(self, keys: Sequence[str]) -> "_Asked":
        return _Asked({key: self._entries[key] for key in keys if key in self._entries})
