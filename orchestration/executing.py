"""The executor of runs that the daemon launches: Dagster's own, in a process that is known to be alive.

Belongs here: what surrounds every launched run. Does not: the runs of commands (`orchestration.process`), to
which Dagster gives an executor of its own.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.living import living


class LivingExecutor(dg.Executor):
    """Executes as another one does, while this process holds a lock for the run."""

    def __init__(self, executor: dg.Executor) -> None:
        self._executor = executor

    @property
    def retries(self) -> Any:
        """How steps are tried again."""
        return self._executor.retries

    @property
    def step_dependency_config(self) -> Any:
        """What a step waits for."""
        return self._executor.step_dependency_config

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[dg.DagsterEvent]:
        """The events of the run."""
        instance: dg.DagsterInstance = plan_context.instance
        with living(Path(instance.root_directory), plan_context.run_id) as tags:
            instance.add_run_tags(plan_context.run_id, dict(tags))
            yield from self._executor.execute(plan_context, execution_plan)


@dg.executor(name="in_process", config_schema=dg.in_process_executor.config_schema.as_field())
def living_executor(context: dg.InitExecutorContext) -> LivingExecutor:
    """Runs all steps in the process of the run, which is seen to be alive as long as it is."""
    create = dg.in_process_executor.executor_creation_fn
    assert create is not None, "Dagster's own executor can be made"
    return LivingExecutor(create(context))
